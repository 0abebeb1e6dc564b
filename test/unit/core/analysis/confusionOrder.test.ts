import { describe, expect, it } from 'vitest';

import { confusionOrder } from '../../../../src/core/analysis/photoSet/confusionOrder.js';
import type { Confusion } from '../../../../src/core/analysis/photoSet/evaluationMeasures.js';
import { fixture } from './photoSetFixture.js';

const cellsOf = (matrix: readonly (readonly number[])[]): Confusion[] =>
  matrix.flatMap((row, actual) =>
    row.flatMap((photos, predicted) => (photos > 0 ? [{ actual, predicted, photos }] : [])),
  );

describe('the order of classes', () => {
  it('keeps every group that SciPy joins beside each other', () => {
    const { matrix, groups } = fixture<{ matrix: number[][]; groups: number[][] }>('confusions.json');
    const order = confusionOrder(cellsOf(matrix));
    expect(order.toSorted((a, b) => a - b)).toEqual(matrix.map((_, index) => index));
    for (const group of groups) {
      const places = group.map((index) => order.indexOf(index));
      expect(Math.max(...places) - Math.min(...places)).toBe(group.length - 1);
    }
  });

  it('puts the classes that are confused the most beside each other where groups meet', () => {
    // 0 with 1, 2 with 3, and 1 with 2 a little.
    const cells = [
      ...[0, 1, 2, 3].map((index) => ({ actual: index, predicted: index, photos: 10 })),
      ...[
        [0, 1],
        [3, 2],
      ].map(([actual = 0, predicted = 0]) => ({ actual, predicted, photos: 10 })),
      { actual: 0, predicted: 3, photos: 1 },
    ];
    expect([
      [1, 0, 3, 2],
      [2, 3, 0, 1],
    ]).toContainEqual(confusionOrder(cells));
  });

  it('has only classes that occur, and all of them where nothing is confused', () => {
    const cells = [7, 3, 900].map((index) => ({ actual: index, predicted: index, photos: 2 }));
    expect(confusionOrder(cells).toSorted((a, b) => a - b)).toEqual([3, 7, 900]);
    expect(confusionOrder([])).toEqual([]);
  });
});
