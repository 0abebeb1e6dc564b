import { describe, expect, it } from 'vitest';

import { coarseToFine, nearestDone, positionGrid } from '../../../../src/core/occlusion/positions.js';

describe('positionGrid', () => {
  it('holds every position that fits inside the image', () => {
    const grid = positionGrid(10, 13, 4, 3);
    expect([grid.rows, grid.columns]).toEqual([3, 4]);
    expect(grid.positions.at(-1)).toEqual({ top: 6, left: 9 });
    expect(grid.positions[5]).toEqual({ top: 3, left: 3 });
  });

  it('has one position where the occluder covers the image', () => {
    expect(positionGrid(7, 7, 7, 1).positions).toEqual([{ top: 0, left: 0 }]);
  });

  it.each([
    [8, 1, /larger than the network's input of 7x7/],
    [0, 1, /size is 0/],
    [2, 0.5, /stride is 0.5/],
  ])('refuses size %d and stride %d', (size, stride, message) => {
    expect(() => positionGrid(7, 7, size, stride)).toThrow(message);
  });
});

describe('coarseToFine', () => {
  it('names each position once, a coarse picture first', () => {
    const grid = positionGrid(100, 60, 10, 4);
    const order = coarseToFine(grid);
    expect([...order].sort((a, b) => a - b)).toEqual([...grid.positions.keys()]);
    // The first pass takes every eighth row and column.
    const first = order.slice(0, Math.ceil(grid.rows / 8) * Math.ceil(grid.columns / 8));
    expect(
      first.every((index) => Math.floor(index / grid.columns) % 8 === 0 && (index % grid.columns) % 8 === 0),
    ).toBe(true);
  });

  it('lets every cell show a computed neighbour from the first pass on', () => {
    const grid = positionGrid(40, 40, 1, 2);
    const done = new Uint8Array(grid.positions.length);
    for (const index of coarseToFine(grid).slice(0, 9)) {
      done[index] = 1;
    }
    expect(nearestDone(grid, done).every((index) => done[index] === 1)).toBe(true);
    expect(nearestDone(grid, new Uint8Array(400)).every((index) => index === -1)).toBe(true);
  });
});
