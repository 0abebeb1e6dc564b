/** The pictures of test/fixtures/images and what Pillow reads from them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { decodeImage } from '../../../../src/core/imaging/decode.js';
import type { RgbImage } from '../../../../src/core/imaging/image.js';
import { decodeNpy } from '../../../../src/core/npy.js';
import type { FloatTensor } from '../../../../src/core/tensor.js';

const folder = join(import.meta.dirname, '../../../fixtures/images');
const sizes = JSON.parse(readFileSync(join(folder, 'sizes.json'), 'utf8')) as Record<
  string,
  [width: number, height: number]
>;

export const bytesOf = (name: string): Uint8Array => readFileSync(join(folder, name));

export const decoded = (name: string): Promise<RgbImage> => decodeImage(bytesOf(name), name);

/** What Pillow makes of a file. */
export function expectedImage(name: string): RgbImage {
  const [width, height] = sizes[name] ?? [0, 0];
  return { width, height, data: bytesOf(`expected/${name}.rgb`) };
}

/** What torchvision makes of photo.png. */
export const expectedInput = (name: string): FloatTensor => decodeNpy(bytesOf(`expected/${name}.npy`), name);

/** Infinity for arrays of different lengths. */
export function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    return Infinity;
  }
  let largest = 0;
  for (let index = 0; index < actual.length; index++) {
    largest = Math.max(largest, Math.abs((actual[index] ?? NaN) - (expected[index] ?? NaN)));
  }
  return largest;
}
