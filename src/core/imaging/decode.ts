/** Photos: from a file's bytes to RGB pixels. */

import { imageSize } from 'image-size';

import { UserError } from '../errors.js';
import { decodeBmp } from './bmp.js';
import type { RgbaImage, RgbImage } from './image.js';
import { decodeJpeg } from './jpeg.js';
import { upright } from './orientation.js';
import { decodePng } from './png.js';
import { decodeWebp } from './webp.js';

/** Larger photos are refused by their header: decoding one takes gigabytes and shows a network nothing more. */
const MEGAPIXEL_LIMIT = 100;

const DECODERS: Readonly<Record<string, (bytes: Uint8Array) => RgbaImage | Promise<RgbaImage>>> = {
  jpg: decodeJpeg,
  png: decodePng,
  webp: decodeWebp,
  bmp: decodeBmp,
};

/**
 * Decodes a JPEG (grey, colour or CMYK; its EXIF orientation applied), PNG, WebP or BMP file. Transparent
 * pixels are shown on white.
 * @param file the file's name, for messages
 * @throws UserError for what is no image of these kinds, is truncated, or has more than 100 megapixels
 */
export async function decodeImage(bytes: Uint8Array, file: string): Promise<RgbImage> {
  const { width, height, type, orientation } = headerOf(bytes, file);
  const decode = DECODERS[type];
  if (decode === undefined) {
    throw new UserError(`${file}: ${type.toUpperCase()} images are not supported; save it as PNG or JPEG`);
  }
  if (width * height > MEGAPIXEL_LIMIT * 1e6) {
    throw new UserError(
      `${file}: the image has ${width}x${height} pixels, more than ${MEGAPIXEL_LIMIT} million; scale it down first`,
    );
  }
  if (width === 0 || height === 0) {
    throw new UserError(`${file}: the image has no pixels (${width}x${height})`);
  }
  let image: RgbaImage;
  try {
    image = await decode(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${file}: the image is damaged, truncated or of an unusual kind (${reason}); save it again as PNG or JPEG`,
    );
  }
  return upright(onWhite(image), type === 'jpg' ? (orientation ?? 1) : 1);
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly type: string;
  readonly orientation?: number | undefined;
}

function headerOf(bytes: Uint8Array, file: string): Header {
  try {
    const { width, height, type, orientation } = imageSize(bytes);
    return { width, height, type: type ?? 'unknown', orientation };
  } catch {
    throw new UserError(
      bytes.length === 0
        ? `${file}: the file is empty`
        : `${file}: this is no image that can be read, or it is truncated; give a JPEG, PNG, WebP or BMP file`,
    );
  }
}

function onWhite({ width, height, data }: RgbaImage): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const alpha = data[pixel * 4 + 3] ?? 255;
    for (let channel = 0; channel < 3; channel++) {
      const value = data[pixel * 4 + channel] ?? 0;
      rgb[pixel * 3 + channel] =
        alpha === 255 ? value : Math.round((value * alpha + 255 * (255 - alpha)) / 255);
    }
  }
  return { width, height, data: rgb };
}
