/** Where an occluder goes, and in which order its positions are looked at. */

import { UserError } from '../errors.js';

/** Top-left corner of the occluder, in input pixels. */
export interface Position {
  readonly top: number;
  readonly left: number;
}

/** Every position of a square occluder that fits inside the image, row by row. */
export interface PositionGrid {
  readonly size: number;
  readonly stride: number;
  readonly rows: number;
  readonly columns: number;
  readonly positions: readonly Position[];
}

/**
 * The grid of positions (row * stride, column * stride) for an image of `height` x `width` pixels.
 * @throws UserError where the occluder is larger than the image or the numbers are no positive whole ones
 */
export function positionGrid(height: number, width: number, size: number, stride: number): PositionGrid {
  for (const [name, value] of Object.entries({ size, stride })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new UserError(`the occluder's ${name} is ${value}; give a whole number of pixels from 1`);
    }
  }
  if (size > height || size > width) {
    throw new UserError(
      `an occluder of ${size} pixels is larger than the network's input of ${width}x${height}; give a smaller size`,
    );
  }
  const rows = Math.floor((height - size) / stride) + 1;
  const columns = Math.floor((width - size) / stride) + 1;
  const positions = Array.from({ length: rows * columns }, (_, index) => ({
    top: Math.floor(index / columns) * stride,
    left: (index % columns) * stride,
  }));
  return { size, stride, rows, columns, positions };
}

/** Grid steps of the passes: a picture appears after 1/64 of the work and sharpens. */
const PASSES = [8, 4, 2, 1];

/** The positions that each pass adds to those before, by index, with its step in grid cells. */
export function passesOf({
  rows,
  columns,
}: PositionGrid): readonly { readonly step: number; readonly indices: readonly number[] }[] {
  const seen = new Set<number>();
  return PASSES.map((step) => {
    const indices: number[] = [];
    for (let row = 0; row < rows; row += step) {
      for (let column = 0; column < columns; column += step) {
        const index = row * columns + column;
        if (!seen.has(index)) {
          seen.add(index);
          indices.push(index);
        }
      }
    }
    return { step, indices };
  });
}

/** Indices into `positions`, coarse passes first; each index once. */
export function coarseToFine(grid: PositionGrid): readonly number[] {
  return passesOf(grid).flatMap(({ indices }) => indices);
}

/**
 * For every cell the index of the nearest computed cell above and left of it on the coarsest grid that has one:
 * what a picture shows where nothing is computed yet.
 */
export function nearestDone({ rows, columns }: PositionGrid, done: Uint8Array): Int32Array {
  return Int32Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const column = index % columns;
    for (const step of [...PASSES].reverse()) {
      const candidate = (row - (row % step)) * columns + column - (column % step);
      if (done[candidate] === 1) {
        return candidate;
      }
    }
    return -1;
  });
}
