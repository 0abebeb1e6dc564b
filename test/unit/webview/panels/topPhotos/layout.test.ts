import { describe, expect, it } from 'vitest';

import {
  cellOf,
  cellSide,
  placeIn,
  rankAt,
  sheetSize,
} from '../../../../../webview/panels/topPhotos/layout.js';

describe('the tile of a map', () => {
  it('has two squares of three by three pictures side by side', () => {
    const side = cellSide(154, 9);
    expect(side).toBe(50);
    // Pictures are 2 apart, both squares 6.
    expect(sheetSize(side, 9)).toEqual({ width: 2 * 154 + 6, height: 154 });
    expect(cellOf('projection', 1, side, 9)).toEqual({ left: 0, top: 0, side });
    expect(cellOf('projection', 6, side, 9)).toEqual({ left: 104, top: 52, side });
    expect(cellOf('patch', 1, side, 9)).toEqual({ left: 160, top: 0, side });
    expect(cellOf('patch', 9, side, 9)).toEqual({ left: 264, top: 104, side });
  });

  it('says which photo lies under the pointer, in either square', () => {
    const side = cellSide(154, 9);
    const { width, height } = sheetSize(side, 9);
    for (const half of ['projection', 'patch'] as const) {
      for (let rank = 1; rank <= 9; rank++) {
        const { left, top } = cellOf(half, rank, side, 9);
        expect(rankAt({ x: (left + side / 2) / width, y: (top + side / 2) / height }, 9)).toBe(rank);
      }
    }
    expect(rankAt({ x: 1, y: 1 }, 9)).toBe(7);
    expect(rankAt({ x: 0.999, y: 1 }, 9)).toBe(9);
  });
});

describe('a picture in its cell', () => {
  const cell = { left: 10, top: 20, side: 60 };

  it('is enlarged by a whole number to squares, in the middle', () => {
    expect(placeIn(cell, { width: 7, height: 7 }, 7)).toEqual({
      ...{ left: 12, top: 22, width: 56, height: 56, isSmooth: false },
    });
  });

  it('is at the scale of the largest window: smaller where the photo ends', () => {
    expect(placeIn(cell, { width: 100, height: 50 }, 120)).toEqual({
      ...{ left: 15, top: 38, width: 50, height: 25, isSmooth: true },
    });
  });
});
