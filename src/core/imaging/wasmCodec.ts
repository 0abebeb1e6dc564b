/** Decoders compiled to WebAssembly, as the jSquash packages ship them. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { RgbaImage } from './image.js';

/** A compiled module; Node's types leave WebAssembly's interface to the browser's. */
type CompiledModule = object;

declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<CompiledModule>;
  Instance: new (module: CompiledModule, imports: object) => { readonly exports: object };
};

interface Codec {
  /** `null` or an exception for data that cannot be decoded. */
  decode(
    bytes: Uint8Array,
    ...options: boolean[]
  ): { width: number; height: number; data: Uint8ClampedArray } | null;
}

type CodecFactory = (options: {
  noInitialRun: boolean;
  printErr: (line: string) => void;
  instantiateWasm: (imports: object, ready: (instance: object) => void) => object;
}) => Promise<Codec>;

export interface WasmDecoding {
  /** Undefined where the data cannot be decoded. */
  readonly image: RgbaImage | undefined;
  /** What the codec's library printed about the data. */
  readonly complaints: readonly string[];
}

/**
 * A decoder of RGBA pixels. Every picture gets an instance of its own: a failed one leaves nothing behind and
 * the memory of a large one is given back.
 * @param wasmFile path inside node_modules; in a bundled program the file lies beside the bundle
 * @param options what the codec's decode function takes after the bytes
 */
export function wasmDecoder(
  factory: CodecFactory,
  wasmFile: string,
  ...options: boolean[]
): (bytes: Uint8Array) => Promise<WasmDecoding> {
  let compiled: Promise<CompiledModule> | undefined;
  return async (bytes) => {
    compiled ??= compile(wasmFile);
    const module = await compiled;
    const complaints: string[] = [];
    const codec = await factory({
      noInitialRun: true,
      printErr: (line) => complaints.push(line),
      instantiateWasm: (imports, ready) => {
        const instance = new WebAssembly.Instance(module, imports);
        ready(instance);
        return instance.exports;
      },
    });
    return { image: pixelsOf(codec, bytes, options), complaints };
  };
}

function pixelsOf(codec: Codec, bytes: Uint8Array, options: readonly boolean[]): RgbaImage | undefined {
  try {
    const pixels = codec.decode(bytes, ...options);
    return pixels === null
      ? undefined
      : { width: pixels.width, height: pixels.height, data: new Uint8Array(pixels.data.buffer) };
  } catch {
    // The C library's exit() arrives as an exception; what it said is among the complaints.
    return undefined;
  }
}

async function compile(wasmFile: string): Promise<CompiledModule> {
  const places = [basename(wasmFile), join('../../../node_modules', wasmFile)];
  const file = places.map((place) => join(__dirname, place)).find(existsSync);
  if (file === undefined) {
    throw new Error(`${basename(wasmFile)} is missing from this installation of Unpool`);
  }
  return WebAssembly.compile(await readFile(file));
}
