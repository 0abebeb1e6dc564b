/** Composing pictures out of pictures. */

import { colourOf } from './colour.js';
import type { ColourMap } from './colour.js';
import type { RgbImage } from './image.js';

export type Rgb = readonly [number, number, number];

export const WHITE: Rgb = [255, 255, 255];

/** A picture of one colour. */
export function plain(width: number, height: number, colour: Rgb = WHITE): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at += 3) {
    data.set(colour, at);
  }
  return { width, height, data };
}

/** A [height, width] array as colours; the range defaults to the array's own. */
export function mapPicture(
  values: Float32Array,
  height: number,
  width: number,
  map: ColourMap,
  range: { readonly min: number; readonly max: number } = rangeOf(values),
): RgbImage {
  const data = new Uint8Array(height * width * 3);
  values.forEach((value, index) => {
    data.set(colourOf(map, value, range.min, range.max), index * 3);
  });
  return { width, height, data };
}

/** Smallest and largest finite value; 0 and 0 where there is none. */
export function rangeOf(values: Float32Array): { min: number; max: number } {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return min <= max ? { min, max } : { min: 0, max: 0 };
}

/** Every pixel as a square of `factor` pixels. */
export function enlarge(image: RgbImage, factor: number): RgbImage {
  return stretch(image, image.width * factor, image.height * factor);
}

/** Nearest-neighbour scaling: pixels stay sharp squares. */
export function stretch(image: RgbImage, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * image.height) / height) * image.width;
    for (let x = 0; x < width; x++) {
      const from = (row + Math.floor((x * image.width) / width)) * 3;
      const to = (y * width + x) * 3;
      data[to] = image.data[from] ?? 0;
      data[to + 1] = image.data[from + 1] ?? 0;
      data[to + 2] = image.data[from + 2] ?? 0;
    }
  }
  return { width, height, data };
}

/** Pictures in rows of `columns`, `gap` pixels apart and around; a cell is as large as the largest picture. */
export function grid(
  pictures: readonly RgbImage[],
  columns: number,
  gap = 1,
  background: Rgb = WHITE,
): RgbImage {
  const width = Math.max(1, ...pictures.map((picture) => picture.width));
  const height = Math.max(1, ...pictures.map((picture) => picture.height));
  const across = Math.max(1, Math.min(columns, pictures.length));
  const rows = Math.max(1, Math.ceil(pictures.length / across));
  const sheet = plain(gap + across * (width + gap), gap + rows * (height + gap), background);
  pictures.forEach((picture, index) => {
    paste(
      sheet,
      picture,
      gap + (index % across) * (width + gap),
      gap + Math.floor(index / across) * (height + gap),
    );
  });
  return sheet;
}

/** Copies `picture` into `onto` at (left, top). */
export function paste(onto: RgbImage, picture: RgbImage, left: number, top: number): void {
  for (let y = 0; y < picture.height; y++) {
    const row = picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3);
    onto.data.set(row, ((top + y) * onto.width + left) * 3);
  }
}

/** A one-pixel frame along the inner edge of a rectangle (half-open). */
export function outline(
  image: RgbImage,
  { top, left, bottom, right }: { top: number; left: number; bottom: number; right: number },
  colour: Rgb,
): RgbImage {
  const framed = { ...image, data: image.data.slice() };
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      if (y === top || y === bottom - 1 || x === left || x === right - 1) {
        framed.data.set(colour, (y * image.width + x) * 3);
      }
    }
  }
  return framed;
}

/** `over` laid on `under` of the same size with the given opacity. */
export function blend(under: RgbImage, over: RgbImage, opacity: number): RgbImage {
  const data = under.data.map((value, index) =>
    Math.round(value * (1 - opacity) + (over.data[index] ?? value) * opacity),
  );
  return { ...under, data };
}
