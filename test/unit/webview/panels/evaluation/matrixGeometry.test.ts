import { expect, it } from 'vitest';

import {
  dragged,
  inside,
  moved,
  placeAt,
  showing,
  whole,
  zoomed,
} from '../../../../../webview/panels/evaluation/matrixGeometry.js';

it('keeps the cell under the pointer where it is when it zooms', () => {
  const part = zoomed(whole(100), 4, 0.5, 0.25, 100);
  expect(part).toEqual({ left: 37.5, top: 18.75, span: 25 });
  expect(placeAt(part, 0.5, 0.25, 100)).toEqual(placeAt(whole(100), 0.5, 0.25, 100));
  expect(zoomed(part, 1 / 100, 0.5, 0.5, 100)).toEqual(whole(100));
});

it('never shows what is beside the matrix, nor less than four classes', () => {
  expect(dragged({ left: 10, top: 10, span: 20 }, 1, -10, 100)).toEqual({ left: 0, top: 80, span: 20 });
  expect(zoomed(whole(100), 1000, 0, 0, 100).span).toBe(4);
  expect(zoomed(whole(2), 10, 0, 0, 2)).toEqual({ left: 0, top: 0, span: 2 });
  expect(inside({ left: 5, top: 5, span: 500 }, 10)).toEqual(whole(10));
});

it('tells the cell at a point', () => {
  expect(placeAt(whole(10), 0.99, 0, 10)).toEqual({ column: 9, row: 0 });
  expect(placeAt(whole(10), 1, 0.5, 10)).toBeUndefined();
  expect(placeAt(whole(10), 0.5, -0.01, 10)).toBeUndefined();
  expect(placeAt(whole(0), 0.5, 0.5, 0)).toBeUndefined();
});

it('moves as little as shows a cell', () => {
  const part = { left: 10, top: 10, span: 5 };
  expect(showing(part, { column: 12, row: 14 }, 100)).toEqual(part);
  expect(showing(part, { column: 3, row: 20 }, 100)).toEqual({ left: 3, top: 16, span: 5 });
});

it('goes from cell to cell by keys, and no further than the last one', () => {
  expect(moved({ column: 1, row: 1 }, 'ArrowLeft', 3)).toEqual({ column: 0, row: 1 });
  expect(moved({ column: 2, row: 2 }, 'ArrowDown', 3)).toEqual({ column: 2, row: 2 });
  expect(moved({ column: 1, row: 1 }, 'End', 3)).toEqual({ column: 2, row: 1 });
  expect(moved({ column: 1, row: 1 }, 'a', 3)).toBeUndefined();
});
