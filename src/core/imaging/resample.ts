/** Scaling photos to a network's input. */

import type { RgbImage } from './image.js';

/** A part of an image in pixels. */
export interface Frame {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Antialiased bilinear resampling to `width` x `height`: a triangle filter whose support grows with the
 * reduction, as PIL and torchvision scale photos; edges are renormalised.
 * @param frame the part of the scaled image that is wanted; nothing else of it is computed
 */
export function resample(
  image: RgbImage,
  width: number,
  height: number,
  frame: Frame = { left: 0, top: 0, width, height },
): RgbImage {
  const columns = tapsOf(image.width, width, frame.left, frame.width);
  const rows = tapsOf(image.height, height, frame.top, frame.height);
  const firstRow = rows[0]?.first ?? 0;
  const lastRow = Math.max(firstRow, ...rows.map(({ first, factors }) => first + factors.length));
  const narrow = new Float32Array((lastRow - firstRow) * frame.width * 3);
  for (let y = firstRow; y < lastRow; y++) {
    columns.forEach(({ first, factors }, x) => {
      const from = (y * image.width + first) * 3;
      const to = ((y - firstRow) * frame.width + x) * 3;
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let tap = 0; tap < factors.length; tap++) {
          sum += (factors[tap] ?? 0) * (image.data[from + tap * 3 + channel] ?? 0);
        }
        narrow[to + channel] = sum;
      }
    });
  }
  const data = new Uint8Array(frame.height * frame.width * 3);
  const rowLength = frame.width * 3;
  rows.forEach(({ first, factors }, y) => {
    for (let x = 0; x < rowLength; x++) {
      let sum = 0;
      for (let tap = 0; tap < factors.length; tap++) {
        sum += (factors[tap] ?? 0) * (narrow[(first - firstRow + tap) * rowLength + x] ?? 0);
      }
      data[y * rowLength + x] = Math.max(0, Math.min(255, Math.round(sum)));
    }
  });
  return { width: frame.width, height: frame.height, data };
}

/** The source samples, from `first`, that make one target sample, and their weights. */
interface Taps {
  readonly first: number;
  readonly factors: Float32Array;
}

/** Taps of `count` target samples from `start`, along an axis scaled from `source` to `target` samples. */
function tapsOf(source: number, target: number, start: number, count: number): Taps[] {
  const scale = source / target;
  const support = Math.max(1, scale);
  return Array.from({ length: count }, (_, index) => {
    const centre = (start + index + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support + 0.5));
    const last = Math.min(source, Math.floor(centre + support + 0.5));
    const factors = Float32Array.from({ length: last - first }, (__, tap) =>
      Math.max(0, 1 - Math.abs(first + tap + 0.5 - centre) / support),
    );
    const sum = factors.reduce((total, factor) => total + factor, 0);
    return { first, factors: factors.map((factor) => factor / sum) };
  });
}

/** The part of an image from (left, top); it has to lie inside. */
export function crop(image: RgbImage, left: number, top: number, width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * 3;
    data.set(image.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}

/** The image with left and right exchanged. */
export function mirror({ width, height, data }: RgbImage): RgbImage {
  const mirrored = new Uint8Array(data.length);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const row = Math.floor(pixel / width) * width;
    const from = (row + width - 1 - (pixel - row)) * 3;
    mirrored.set(data.subarray(from, from + 3), pixel * 3);
  }
  return { width, height, data: mirrored };
}

/** The image with its longer side made `side` pixels; itself where that is no less. */
export function shrink(image: RgbImage, side: number): RgbImage {
  const scale = Math.min(1, side / Math.max(image.width, image.height));
  const scaled = (length: number): number => Math.max(1, Math.round(length * scale));
  return scale === 1 ? image : resample(image, scaled(image.width), scaled(image.height));
}
