/** Scaling photos to a network's input. */

import type { RgbImage } from './decode.js';

/**
 * Antialiased bilinear resampling: a triangle filter whose support grows with the reduction, as PIL and
 * torchvision scale photos; edges are renormalised.
 */
export function resample(image: RgbImage, width: number, height: number): RgbImage {
  const columns = weights(image.width, width);
  const rows = weights(image.height, height);
  const narrow = new Float32Array(image.height * width * 3);
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const { first, factors } = columns[x] ?? NOTHING;
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let tap = 0; tap < factors.length; tap++) {
          sum += (factors[tap] ?? 0) * (image.data[(y * image.width + first + tap) * 3 + channel] ?? 0);
        }
        narrow[(y * width + x) * 3 + channel] = sum;
      }
    }
  }
  const data = new Uint8Array(height * width * 3);
  for (let y = 0; y < height; y++) {
    const { first, factors } = rows[y] ?? NOTHING;
    for (let x = 0; x < width * 3; x++) {
      let sum = 0;
      for (let tap = 0; tap < factors.length; tap++) {
        sum += (factors[tap] ?? 0) * (narrow[(first + tap) * width * 3 + x] ?? 0);
      }
      data[y * width * 3 + x] = Math.max(0, Math.min(255, Math.round(sum)));
    }
  }
  return { width, height, data };
}

interface Taps {
  readonly first: number;
  readonly factors: Float32Array;
}
const NOTHING: Taps = { first: 0, factors: new Float32Array(0) };

/** The source samples and weights of every target sample along one axis. */
function weights(source: number, target: number): Taps[] {
  const scale = source / target;
  const support = Math.max(1, scale);
  return Array.from({ length: target }, (_, index) => {
    const centre = (index + 0.5) * scale;
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
