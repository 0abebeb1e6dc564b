/** PNG files. */

import { PNG } from 'pngjs';

import type { RgbaImage, RgbImage } from './image.js';

/** PNG's colour type 2: red, green and blue without alpha. */
const TRUECOLOUR = 2;

/** @throws Error on damaged or truncated data */
export function decodePng(bytes: Uint8Array): RgbaImage {
  const { width, height, data } = PNG.sync.read(asBuffer(bytes), { checkCRC: true });
  return { width, height, data };
}

/** An 8-bit RGB file. */
export function encodePng({ width, height, data }: RgbImage): Uint8Array {
  const png = Object.assign(new PNG({ width, height }), { data: asBuffer(data) });
  return PNG.sync.write(png, { colorType: TRUECOLOUR, inputColorType: TRUECOLOUR, inputHasAlpha: false });
}

/** The same bytes as the class that pngjs takes. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
