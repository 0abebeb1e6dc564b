/** PNG files. */

import { convertIndexedToRgb, decode, encode, hasPngSignature } from 'fast-png';

import type { RgbaImage, RgbImage } from './decode.js';

/** @throws Error on damaged data */
export function decodePng(bytes: Uint8Array): RgbaImage {
  if (!hasPngSignature(bytes)) {
    throw new Error('no PNG signature');
  }
  const png = decode(bytes, { checkCrc: true });
  const { width, height } = png;
  const indexed = png.palette !== undefined;
  const samples = indexed ? convertIndexedToRgb(png) : png.data;
  const channels = indexed ? samples.length / (width * height) : png.channels;
  const levels = indexed ? 255 : 2 ** png.depth - 1;
  if (png.depth < 8 && !indexed) {
    return greyBits(png, levels);
  }
  const hasAlpha = channels === 2 || channels === 4;
  const colours = hasAlpha ? channels - 1 : channels;
  const key = indexed ? undefined : png.transparency;
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const at = pixel * channels;
    for (let channel = 0; channel < 3; channel++) {
      rgba[pixel * 4 + channel] = toByte(samples[at + (colours === 1 ? 0 : channel)] ?? 0, levels);
    }
    const isKey = key !== undefined && key.every((value, channel) => value === samples[at + channel]);
    rgba[pixel * 4 + 3] = isKey ? 0 : hasAlpha ? toByte(samples[at + colours] ?? 0, levels) : 255;
  }
  return { width, height, data: rgba };
}

/** Greyscale of 1, 2 or 4 bits, packed into bytes from the left, every row from a new byte. */
function greyBits(
  { width, height, depth, data }: { width: number; height: number; depth: number; data: ArrayLike<number> },
  levels: number,
): RgbaImage {
  const rgba = new Uint8Array(width * height * 4).fill(255);
  const perByte = 8 / depth;
  const rowBytes = Math.ceil(width / perByte);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = data[y * rowBytes + Math.floor(x / perByte)] ?? 0;
      const value = (byte >> (8 - depth * ((x % perByte) + 1))) & levels;
      rgba.fill(toByte(value, levels), (y * width + x) * 4, (y * width + x) * 4 + 3);
    }
  }
  return { width, height, data: rgba };
}

function toByte(value: number, levels: number): number {
  return levels === 255 ? value : Math.round((value * 255) / levels);
}

export function encodePng({ width, height, data }: RgbImage): Uint8Array {
  return encode({ width, height, data, channels: 3, depth: 8 });
}
