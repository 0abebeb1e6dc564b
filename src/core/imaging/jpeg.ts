/** JPEG through mozjpeg, whose pixels are libjpeg's; CMYK, which that build leaves out, through jpeg-js. */

import mozjpeg from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { decode as decodeInks } from 'jpeg-js';

import type { RgbaImage } from './image.js';
import { wasmDecoder } from './wasmCodec.js';

/** The pixels as they are stored: EXIF orientation is applied to every kind of JPEG in one place. */
const APPLY_ORIENTATION = false;

const decode = wasmDecoder(mozjpeg, '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm', APPLY_ORIENTATION);

/** libjpeg's words for pixels it had to invent; stray bytes between segments do no harm. */
const DAMAGE = /^Premature end|^Corrupt JPEG data(?!: \d+ extraneous bytes)/;

/** libjpeg's words for four components asked to become RGB. */
const FOUR_INKS = 'Unsupported color conversion request';

/**
 * The stored pixels, before EXIF orientation.
 * @throws Error on damaged data
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<RgbaImage> {
  const { image, complaints } = await decode(bytes);
  if (complaints.includes(FOUR_INKS)) {
    return decodeInks(bytes, {
      useTArray: true,
      tolerantDecoding: false,
      maxResolutionInMP: Infinity,
      maxMemoryUsageInMB: Infinity,
    });
  }
  const damage = complaints.find((complaint) => DAMAGE.test(complaint));
  if (image === undefined || damage !== undefined) {
    throw new Error(damage ?? complaints[0] ?? 'no pixels');
  }
  return image;
}
