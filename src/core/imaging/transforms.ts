/** Photos that are moved, scaled, turned, or seen in another light: Zeiler & Fergus 2013, section 4.1. */

import type { RgbImage } from './image.js';

export const TRANSFORMS = [
  'vertical',
  'horizontal',
  'scale',
  'rotation',
  'brightness',
  'contrast',
  'blur',
] as const;

export type Transform = (typeof TRANSFORMS)[number];

/** The value that leaves a photo as it is. */
export function identityOf(transform: Transform): number {
  return transform === 'scale' || transform === 'brightness' || transform === 'contrast' ? 1 : 0;
}

/** Of what a transform brings into view from beyond the photo, as the occluder's. */
const BEYOND = 128;

/**
 * The photo under a transform; the very same one for the value that leaves it as it is.
 * @param value pixels of the photo downwards (`vertical`), to the right (`horizontal`), or of the Gaussian's standard deviation
 * (`blur`); degrees counter-clockwise about the centre (`rotation`); a factor of the size about the centre (`scale`, above 0),
 * of the levels (`brightness`), or of their distance from the photo's mean luma (`contrast`)
 */
export function transformed(image: RgbImage, transform: Transform, value: number): RgbImage {
  if (value === identityOf(transform)) {
    return image;
  }
  switch (transform) {
    case 'vertical':
      return warped(image, (x, y) => [x, y - value]);
    case 'horizontal':
      return warped(image, (x, y) => [x - value, y]);
    case 'scale':
      return warped(image, (x, y) => [x / value, y / value]);
    case 'rotation': {
      const angle = (value * Math.PI) / 180;
      const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
      return warped(image, (x, y) => [cos * x - sin * y, sin * x + cos * y]);
    }
    case 'brightness':
      return levels(image, (level) => level * value);
    case 'contrast': {
      const mean = meanLuma(image);
      return levels(image, (level) => mean + (level - mean) * value);
    }
    case 'blur':
      return blurred(image, value);
  }
}

/** @param source where a pixel comes from; both are measured from the photo's centre. Between pixels it is bilinear. */
function warped(image: RgbImage, source: (x: number, y: number) => readonly [number, number]): RgbImage {
  const { width, height } = image;
  const [middleX, middleY] = [(width - 1) / 2, (height - 1) / 2];
  const data = new Uint8Array(image.data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [fromX, fromY] = source(x - middleX, y - middleY);
      sample(image, fromX + middleX, fromY + middleY, data, (y * width + x) * 3);
    }
  }
  return { width, height, data };
}

function sample({ width, height, data }: RgbImage, x: number, y: number, into: Uint8Array, at: number): void {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, down] = [x - left, y - top];
  for (let channel = 0; channel < 3; channel++) {
    const level = (column: number, row: number): number =>
      column < 0 || row < 0 || column >= width || row >= height
        ? BEYOND
        : (data[(row * width + column) * 3 + channel] ?? 0);
    const above = level(left, top) * (1 - right) + level(left + 1, top) * right;
    const below = level(left, top + 1) * (1 - right) + level(left + 1, top + 1) * right;
    into[at + channel] = rounded(above * (1 - down) + below * down);
  }
}

function levels({ width, height, data }: RgbImage, of: (level: number) => number): RgbImage {
  const table = Uint8Array.from({ length: 256 }, (_, level) => rounded(of(level)));
  return { width, height, data: data.map((level) => table[level] ?? 0) };
}

/** ITU-R 601. */
function meanLuma({ width, height, data }: RgbImage): number {
  const sums = [0, 0, 0];
  data.forEach((level, at) => {
    sums[at % 3] = (sums[at % 3] ?? 0) + level;
  });
  const [red = 0, green = 0, blue = 0] = sums;
  return (0.299 * red + 0.587 * green + 0.114 * blue) / (width * height);
}

/** Standard deviations to where the Gaussian is cut off. */
const REACH = 3;

/** Separable; beyond the edge the photo goes on as at its edge, so that no border comes into view. */
function blurred(image: RgbImage, deviation: number): RgbImage {
  const { width, height, data } = image;
  const radius = Math.floor(REACH * deviation + 0.5);
  const raw = Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * deviation ** 2)),
  );
  const sum = raw.reduce((total, each) => total + each, 0);
  const kernel = raw.map((each) => each / sum);
  const pass = (from: ArrayLike<number>, count: number, stride: number): Float64Array => {
    const to = new Float64Array(from.length);
    for (let at = 0; at < from.length; at++) {
      const place = Math.floor(at / stride) % count;
      let total = 0;
      for (let tap = -radius; tap <= radius; tap++) {
        const other = Math.min(count - 1, Math.max(0, place + tap));
        total += (kernel[tap + radius] ?? 0) * (from[at + (other - place) * stride] ?? 0);
      }
      to[at] = total;
    }
    return to;
  };
  const rows = pass(data, height, width * 3);
  return { width, height, data: Uint8Array.from(pass(rows, width, 3), rounded) };
}

function rounded(level: number): number {
  return Math.max(0, Math.min(255, Math.floor(level + 0.5)));
}
