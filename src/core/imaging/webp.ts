/** WebP through libwebp. */

import libwebp from '@jsquash/webp/codec/dec/webp_dec.js';

import type { RgbaImage } from './image.js';
import { wasmDecoder } from './wasmCodec.js';

const decode = wasmDecoder(libwebp, '@jsquash/webp/codec/dec/webp_dec.wasm');

/** @throws Error on damaged data and on animations */
export async function decodeWebp(bytes: Uint8Array): Promise<RgbaImage> {
  const { image } = await decode(bytes);
  if (image === undefined) {
    throw new Error('libwebp cannot decode its data as a still picture');
  }
  return image;
}
