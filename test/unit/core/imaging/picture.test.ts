import { expect, it } from 'vitest';

import { INFERNO, RED_BLUE, VIRIDIS, colourOf } from '../../../../src/core/imaging/colour.js';
import { blend, enlarge, grid, mapPicture, outline, plain } from '../../../../src/core/imaging/picture.js';

/** The red channel, row by row. */
function reds({ width, data }: { width: number; data: Uint8Array }): number[][] {
  const values = [...data].filter((_, at) => at % 3 === 0);
  return Array.from({ length: values.length / width }, (_, y) => values.slice(y * width, (y + 1) * width));
}

it('has the ends of matplotlib’s and ColorBrewer’s maps', () => {
  expect(colourOf(VIRIDIS, 0, 0, 1)).toEqual([68, 1, 84]);
  expect(colourOf(VIRIDIS, 1, 0, 1)).toEqual([253, 231, 37]);
  expect(colourOf(INFERNO, 0, 0, 1)).toEqual([0, 0, 4]);
  expect(colourOf(RED_BLUE, -1, -1, 1)).toEqual([5, 48, 97]);
  expect(colourOf(RED_BLUE, 1, -1, 1)).toEqual([103, 0, 31]);
});

it('clamps to the range and marks what is not finite', () => {
  expect(colourOf(VIRIDIS, 9, 0, 1)).toEqual(colourOf(VIRIDIS, 1, 0, 1));
  expect(colourOf(VIRIDIS, NaN, 0, 1)).toEqual([255, 0, 255]);
  const picture = mapPicture(Float32Array.of(NaN, 2, 4, 4), 2, 2, VIRIDIS);
  expect(reds(picture)).toEqual([
    [255, 68],
    [253, 253],
  ]);
});

it('lays pictures in rows with gaps around, the last row unfinished', () => {
  const pictures = [10, 20, 30].map((level) => plain(1, 1, [level, level, level]));
  expect(reds(grid(pictures, 2, 1, [0, 0, 0]))).toEqual([
    [0, 0, 0, 0, 0],
    [0, 10, 0, 20, 0],
    [0, 0, 0, 0, 0],
    [0, 30, 0, 0, 0],
    [0, 0, 0, 0, 0],
  ]);
});

it('enlarges every pixel to a square', () => {
  const picture = { width: 2, height: 1, data: Uint8Array.of(1, 1, 1, 2, 2, 2) };
  expect(reds(enlarge(picture, 2))).toEqual([
    [1, 1, 2, 2],
    [1, 1, 2, 2],
  ]);
});

it('frames a rectangle on a copy', () => {
  const picture = plain(4, 3, [0, 0, 0]);
  expect(reds(outline(picture, { top: 0, left: 1, bottom: 3, right: 4 }, [9, 9, 9]))).toEqual([
    [0, 9, 9, 9],
    [0, 9, 0, 9],
    [0, 9, 9, 9],
  ]);
  expect(reds(picture)[0]).toEqual([0, 0, 0, 0]);
});

it('blends with an opacity', () => {
  expect([...blend(plain(1, 1, [100, 0, 200]), plain(1, 1, [0, 100, 200]), 0.25).data]).toEqual([
    75, 25, 200,
  ]);
});
