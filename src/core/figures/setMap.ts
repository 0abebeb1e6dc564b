/** A map of a set as a picture: a dot for each photo. */

import type { RgbImage } from '../imaging/image.js';
import { plain } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';

const SIDE = 1000;
const MARGIN = 24;
/** Radius of a dot in pixels where there are few; where there are many they are smaller. */
const LARGEST = 5;
const SMALLEST = 2;

/** Colours that people with any colour vision tell apart (Okabe & Ito 2008), and the name that each has in a legend. */
export const GROUP_COLOURS: readonly (readonly [string, Rgb])[] = [
  ['blue', [0, 114, 178]],
  ['orange', [230, 159, 0]],
  ['green', [0, 158, 115]],
  ['vermilion', [213, 94, 0]],
  ['purple', [204, 121, 167]],
  ['sky blue', [86, 180, 233]],
  ['yellow', [240, 228, 66]],
  ['black', [0, 0, 0]],
];

/** The colour of all that belongs to none of the groups. */
export const OTHERS: readonly [string, Rgb] = ['grey', [200, 200, 200]];

/**
 * Both axes have one scale; y goes up.
 * @param positions [photos, 2]
 * @param colourOf a photo by its place; dots that come later in `order` lie on top
 */
export function setMapFigure(
  positions: Float32Array,
  order: readonly number[],
  colourOf: (place: number) => Rgb,
): RgbImage {
  const range = (axis: number): readonly [number, number] =>
    order.reduce(
      ([low, high], place) => {
        const at = positions[2 * place + axis] ?? 0;
        return [Math.min(low, at), Math.max(high, at)];
      },
      [Infinity, -Infinity],
    );
  const [left, right] = range(0);
  const [bottom, top] = range(1);
  const longer = Math.max(right - left, top - bottom) || 1;
  const scale = (SIDE - 2 * MARGIN) / longer;
  const pixels = (length: number): number =>
    Math.round((Number.isFinite(length) ? length : 0) * scale) + 2 * MARGIN;
  const sheet = plain(Math.min(SIDE, pixels(right - left)), Math.min(SIDE, pixels(top - bottom)));
  const radius = Math.max(SMALLEST, Math.min(LARGEST, 200 / Math.sqrt(Math.max(1, order.length))));
  for (const place of order) {
    const x = MARGIN + ((positions[2 * place] ?? 0) - left) * scale;
    const y = sheet.height - MARGIN - ((positions[2 * place + 1] ?? 0) - bottom) * scale;
    dot(sheet, x, y, radius, colourOf(place));
  }
  return sheet;
}

function dot({ width, height, data }: RgbImage, x: number, y: number, radius: number, colour: Rgb): void {
  const reach = Math.ceil(radius);
  for (let row = Math.floor(y) - reach; row <= y + reach; row++) {
    for (let column = Math.floor(x) - reach; column <= x + reach; column++) {
      const isIn = (column - x) ** 2 + (row - y) ** 2 <= radius ** 2;
      if (isIn && row >= 0 && row < height && column >= 0 && column < width) {
        data.set(colour, (row * width + column) * 3);
      }
    }
  }
}
