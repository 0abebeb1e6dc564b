/** Dots on a picture, tens of thousands in a few milliseconds: their pixels are written, not asked of the canvas. */

import type { Viewport } from './plane.js';

/** Pixels as numbers, red in the lowest byte: as an ImageData has them on machines that put the lowest byte first. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly colours: Uint32Array;
}

export interface Dots {
  /** In the unit square, right and down by turns. */
  readonly positions: Float32Array;
  /** Points in the order in which they are drawn: later ones lie above. */
  readonly order: Int32Array;
  /** By point: a place in the palette. */
  readonly colourOf: Uint8Array;
}

export type Shape = 'disc' | 'cross';

/** The pixels of a shape: `reach` at most from its middle, right and down of it by turns. */
export interface Stamp {
  readonly reach: number;
  readonly pixels: Int32Array;
}

/** @param radius in pixels */
export function stamp(shape: Shape, radius: number): Stamp {
  const reach = Math.ceil(radius);
  const pixels: number[] = [];
  const isIn = (x: number, y: number): boolean =>
    shape === 'disc'
      ? x * x + y * y <= radius * radius
      : Math.max(Math.abs(x), Math.abs(y)) <= radius && Math.abs(Math.abs(x) - Math.abs(y)) <= radius / 3;
  for (let row = -reach; row <= reach; row++) {
    for (let column = -reach; column <= reach; column++) {
      if (isIn(column, row)) {
        pixels.push(column, row);
      }
    }
  }
  return { reach, pixels: Int32Array.from(pixels) };
}

/**
 * Draws dots.
 * @param viewport in pixels of the picture
 * @param palette colours, and the stamp of each
 */
export function paintDots(
  { width, height, colours }: Pixels,
  { positions, order, colourOf }: Dots,
  { k, x, y }: Viewport,
  palette: Uint32Array,
  stamps: readonly Stamp[],
): void {
  // Where a dot's pixels are from its middle on: what lies wholly on the picture needs no more.
  const offsets = stamps.map(({ pixels }) =>
    Int32Array.from({ length: pixels.length / 2 }, (_, at) => {
      const [right = 0, down = 0] = pixels.subarray(2 * at, 2 * at + 2);
      return down * width + right;
    }),
  );
  for (let place = 0; place < order.length; place++) {
    const point = order[place] as number;
    const column = Math.round((positions[2 * point] as number) * k + x);
    const row = Math.round((positions[2 * point + 1] as number) * k + y);
    const kind = colourOf[point] as number;
    const { reach, pixels } = stamps[kind] as Stamp;
    const colour = palette[kind] as number;
    // Comparisons with NaN are false: what has no place is not drawn.
    if (column >= reach && column < width - reach && row >= reach && row < height - reach) {
      const middle = row * width + column;
      const own = offsets[kind] as Int32Array;
      for (let at = 0; at < own.length; at++) {
        colours[middle + (own[at] as number)] = colour;
      }
    } else if (column > -reach && column < width + reach && row > -reach && row < height + reach) {
      for (let at = 0; at < pixels.length; at += 2) {
        const [right, down] = [column + (pixels[at] as number), row + (pixels[at + 1] as number)];
        if (right >= 0 && right < width && down >= 0 && down < height) {
          colours[down * width + right] = colour;
        }
      }
    }
  }
}
