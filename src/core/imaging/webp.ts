/** WebP through libwebp as WebAssembly. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import decode, { init } from '@jsquash/webp/decode.js';

import type { RgbaImage } from './decode.js';

/** Beside the bundle, or in the package when nothing is bundled. */
const PLACES = ['webp_dec.wasm', '../../../node_modules/@jsquash/webp/codec/dec/webp_dec.wasm'];

/** As much of WebAssembly's interface as is used; Node's types leave it to the browser's. */
declare const WebAssembly: { compile(bytes: Uint8Array): Promise<Parameters<typeof init>[0]> };

class DecodedPixels {
  constructor(
    readonly data: Uint8ClampedArray,
    readonly width: number,
    readonly height: number,
  ) {}
}

let ready: Promise<void> | undefined;

/** @throws Error on damaged data */
export async function decodeWebp(bytes: Uint8Array): Promise<RgbaImage> {
  ready ??= start();
  await ready;
  const { width, height, data } = await decode(new Uint8Array(bytes).buffer);
  return { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

async function start(): Promise<void> {
  // The decoder hands its pixels over in the browser's ImageData, which Node does not have.
  Object.assign(globalThis, { ImageData: DecodedPixels });
  const file = PLACES.map((place) => join(__dirname, place)).find(existsSync);
  if (file === undefined) {
    throw new Error('the WebP decoder is missing from this installation');
  }
  await init(await WebAssembly.compile(await readFile(file)));
}
