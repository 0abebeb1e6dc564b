import { describe, expect, it } from 'vitest';

import {
  columnAfterKey,
  columnLayout,
  NARROWEST,
  WIDEST,
  widthAfterKey,
  withWidth,
} from '../../../../../webview/panels/architecture/columnLayout.js';

const NEEDS = { place: 36, name: 200 };

describe('columnLayout', () => {
  it('gives names all they need, and fills a table that has room', () => {
    const { widths, rounded, isPlaceHidden, total } = columnLayout(1000, NEEDS, {});
    expect(widths.name).toBeGreaterThanOrEqual(NEEDS.name);
    expect(total).toBe(1000);
    expect(rounded.size).toBe(0);
    expect(isPlaceHidden).toBe(false);
  });

  it('rounds numbers before it takes room from names, then leaves the place out', () => {
    const half = columnLayout(690, NEEDS, {});
    expect(half.widths.name).toBe(NEEDS.name);
    expect(half.rounded.has('multiplyAdds')).toBe(true);
    expect(half.total).toBe(690);
    const narrow = columnLayout(650, NEEDS, {});
    expect([narrow.widths.name, narrow.isPlaceHidden]).toEqual([NEEDS.name, true]);
  });

  it('leaves other columns in sight beside very long names, and scrolls rather than crush them', () => {
    const { widths, total } = columnLayout(400, { place: 36, name: 900 }, {});
    expect(widths.name).toBe(220);
    expect(widths.output).toBeGreaterThanOrEqual(98);
    expect(total).toBeGreaterThan(400);
  });

  it('keeps the widths that the user chose, whatever the room', () => {
    const chosen = { name: 90, output: 300 };
    for (const available of [300, 700, 1400]) {
      const { widths } = columnLayout(available, NEEDS, chosen);
      expect([widths.name, widths.output]).toEqual([90, 300]);
    }
    expect(columnLayout(1400, NEEDS, { parameters: 50 }).rounded).toEqual(new Set(['parameters']));
  });

  it('is the same for a table that is not laid out yet as for one without room', () => {
    expect(columnLayout(0, NEEDS, {}).widths.name).toBe(120);
  });
});

describe('widthAfterKey', () => {
  it('moves the edge by steps, within bounds', () => {
    expect(widthAfterKey('ArrowRight', true, 100)).toBe(110);
    expect(widthAfterKey('ArrowLeft', true, 100)).toBe(90);
    expect(widthAfterKey('ArrowLeft', true, NARROWEST + 1)).toBe(NARROWEST);
    expect(widthAfterKey('ArrowRight', true, WIDEST)).toBe(WIDEST);
  });

  it('gives the width back, and leaves other keys alone', () => {
    expect(widthAfterKey('Delete', false, 100)).toBeNull();
    expect(widthAfterKey('Tab', false, 100)).toBeUndefined();
    expect(widthAfterKey('ArrowRight', false, 100)).toBeUndefined();
  });
});

it('goes from title to title, and stays at the ends', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'Home', 'End', 'Enter'];
  expect(keys.map((key) => columnAfterKey(key, 0, 3))).toEqual([0, 1, 0, 2, undefined]);
  expect(keys.map((key) => columnAfterKey(key, 2, 3))).toEqual([1, 2, 0, 2, undefined]);
});

it('changes one width and keeps the others', () => {
  const widths = withWidth({ name: 90 }, 'output', 120);
  expect(widths).toEqual({ name: 90, output: 120 });
  expect(withWidth(widths, 'name', 70)).toEqual({ name: 70, output: 120 });
  expect(withWidth(widths, 'name', null)).toEqual({ output: 120 });
});
