import { describe, expect, it } from 'vitest';

import { orderedMaps } from '../../../../src/core/analysis/photoSet/mapOrder.js';
import type { MapOrder } from '../../../../src/core/analysis/photoSet/mapOrder.js';
import {
  labelContrast,
  labelMeans,
  likeness,
  selectivityIndex,
  strongestLabel,
} from '../../../../src/core/analysis/photoSet/selectivity.js';
import { LayerSummary } from '../../../../src/core/store/layerSummary.js';

const of = (...values: number[]): Float64Array => Float64Array.of(...values);

describe('the selectivity index', () => {
  it('is that of Morcos et al.: 1 for one label alone, 0 for all alike', () => {
    expect(selectivityIndex(of(4, 0, 0), 0)).toBe(1);
    expect(selectivityIndex(of(2, 2, 2), 1)).toBe(0);
    // (6 - 2) / (6 + 2), the others being 1 and 3.
    expect(selectivityIndex(of(1, 6, 3), 1)).toBe(0.5);
  });

  it('is negative for a label that others excite more', () => {
    expect(selectivityIndex(of(0, 6, 2), 0)).toBe(-1);
    // (2 - 3) / (2 + 3)
    expect(selectivityIndex(of(0, 6, 2), 2)).toBe(-0.2);
  });

  it('leaves labels out that no photo has, and has no meaning for one label, zeros or negative means', () => {
    expect(selectivityIndex(of(1, NaN, 3), 2)).toBe(0.5);
    expect(selectivityIndex(of(3), 0)).toBeUndefined();
    expect(selectivityIndex(of(3, NaN), 0)).toBeUndefined();
    expect(selectivityIndex(of(0, 0), 0)).toBeUndefined();
    expect(selectivityIndex(of(3, -1), 0)).toBeUndefined();
    expect(selectivityIndex(of(-3, -1), 1)).toBeUndefined();
    expect(selectivityIndex(of(), -1)).toBeUndefined();
  });

  it('is of the label with the largest mean', () => {
    expect(strongestLabel(of(1, 6, 3))).toBe(1);
    expect(strongestLabel(of(NaN, 2, 2))).toBe(1);
    expect(strongestLabel(of(-3, -1))).toBe(1);
    expect(strongestLabel(of(NaN))).toBe(-1);
  });
});

describe('the contrast of two labels', () => {
  it('is the difference of their means as a share of the largest mean', () => {
    expect(labelContrast(of(3, 1, 4), 0, 1)).toBe(0.5);
    expect(labelContrast(of(3, 1, 4), 1, 0)).toBe(-0.5);
    expect(labelContrast(of(4, 0, 1), 0, 1)).toBe(1);
    expect(labelContrast(of(0, 0), 0, 1)).toBeUndefined();
    expect(labelContrast(of(3, 1, -1), 0, 1)).toBeUndefined();
    expect(labelContrast(of(3, NaN), 0, 1)).toBeUndefined();
  });
});

describe('likeness', () => {
  it('is the correlation of means by label', () => {
    expect(likeness(of(1, 2, 3), of(10, 20, 30))).toBeCloseTo(1, 12);
    expect(likeness(of(1, 2, 3), of(3, 2, 1))).toBeCloseTo(-1, 12);
    // Centred (-1, 0, 1) and (-1, 2, -1): no product.
    expect(likeness(of(1, 2, 3), of(0, 3, 0))).toBeCloseTo(0, 12);
    // Centred (-1, 1, 0) and (-1, 0, 1): 1 / 2.
    expect(likeness(of(0, 2, 1), of(0, 1, 2))).toBeCloseTo(0.5, 12);
  });

  it('looks at labels that both have, and has no meaning where all are alike', () => {
    expect(likeness(of(1, NaN, 3), of(1, 50, 2))).toBeCloseTo(1, 12);
    expect(likeness(of(1, 1, 1), of(1, 2, 3))).toBeUndefined();
    expect(likeness(of(), of())).toBeUndefined();
  });
});

describe('maps in order', () => {
  const layer = { name: 'relu', tensor: 'r', maps: 4, rows: 1, columns: 2, vectors: false };
  const summary = new LayerSummary(layer, 3);
  // Largest values by photo; the mean is half of them.
  const photos: readonly (readonly [string, readonly number[]])[] = [
    ['cat', [6, 0, 1, 0]],
    ['cat', [2, 0, 1, 0]],
    ['dog', [2, 0, 9, 0]],
    ['owl', [0, 8, 5, 0]],
  ];
  photos.forEach(([label, largest], photo) => {
    summary.add(photo, label, {
      largest: Float32Array.from(largest),
      places: new Int32Array(4),
      means: Float32Array.from(largest, (value) => value / 2),
      zeros: Int32Array.from(largest, (value) => (value === 0 ? 2 : 1)),
    });
  });
  const ordered = (order: MapOrder): (readonly [number, number | undefined])[] =>
    orderedMaps(summary, layer, order).map(({ map, value }) => [map, value]);

  it('by strength and by deadness', () => {
    expect(ordered({ by: 'strength' })).toEqual([
      [2, 9],
      [1, 8],
      [0, 6],
      [3, 0],
    ]);
    expect(ordered({ by: 'deadness' })).toEqual([
      [3, 1],
      [1, 0.75],
      [0, 0.25],
      [2, 0],
    ]);
  });

  it('by selectivity, of the strongest label or of one', () => {
    // Means by cat, dog, owl: map 0: 2, 1, 0; map 1: 0, 0, 4; map 2: 0.5, 4.5, 2.5.
    const index = (own: number, others: number): number => (own - others) / (own + others);
    expect(ordered({ by: 'selectivity' })).toEqual([
      [1, 1],
      [0, index(2, 0.5)],
      [2, index(4.5, 1.5)],
      [3, undefined],
    ]);
    expect(ordered({ by: 'selectivity', label: 'dog' })).toEqual([
      [2, index(4.5, 1.5)],
      [0, 0],
      [1, -1],
      [3, undefined],
    ]);
  });

  it('by what tells two labels apart, whichever of both a map answers', () => {
    expect(ordered({ by: 'contrast', labels: ['dog', 'owl'] })).toEqual([
      [1, -1],
      [0, 0.5],
      [2, (4.5 - 2.5) / 4.5],
      [3, undefined],
    ]);
  });

  it('by likeness, the map itself first', () => {
    const [first, ...others] = ordered({ by: 'likeness', map: 1 });
    expect(first?.[0]).toBe(1);
    expect(first?.[1]).toBeCloseTo(1, 12);
    // Centred means of map 2 are (-2, 2, 0), of map 0 (1, 0, -1), of map 1 (-4, -4, 8) / 3.
    expect(others.map(([map]) => map)).toEqual([2, 0, 3]);
    expect(others[0]?.[1]).toBeCloseTo(0, 12);
    expect(others[1]?.[1]).toBeCloseTo(-Math.sqrt(3) / 2, 12);
  });

  it('says which labels and maps there are', () => {
    expect(labelMeans(summary).labels).toEqual(['cat', 'dog', 'owl']);
    expect(() => ordered({ by: 'selectivity', label: 'Do' })).toThrow(
      "no photo has the label 'Do'; there are 3 labels, such as 'dog'",
    );
    expect(() => ordered({ by: 'selectivity', label: 'emu' })).toThrow(/such as 'cat', 'dog', 'owl'/);
    expect(() => ordered({ by: 'likeness', map: 4 })).toThrow("layer 'relu': there is no map 4");
  });

  it('refuses an order that has no meaning for any map', () => {
    const unlabelled = new LayerSummary(layer, 3);
    const numbers = { largest: new Float32Array(4).fill(1), places: new Int32Array(4) };
    unlabelled.add(0, undefined, { ...numbers, means: new Float32Array(4), zeros: new Int32Array(4) });
    expect(() => orderedMaps(unlabelled, layer, { by: 'selectivity' })).toThrow(
      /layer 'relu': selectivity is told from mean activations of two labels or more/,
    );
    expect(() => orderedMaps(unlabelled, layer, { by: 'selectivity', label: 'cat' })).toThrow(
      /the photos have no labels/,
    );
    expect(() => orderedMaps(unlabelled, layer, { by: 'likeness', map: 0 })).toThrow(/likeness is told from/);
    expect(() => orderedMaps(new LayerSummary(layer, 3), layer, { by: 'strength' })).toThrow(/no photo/);
  });
});
