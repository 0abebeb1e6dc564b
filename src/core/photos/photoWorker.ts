/** Entry point of the threads that make photos ready for a network: decoding, scaling, hashing. */

import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

import { decodeImage } from '../imaging/decode.js';
import { tenCrops, toInput } from '../imaging/preprocess.js';
import type { ImageInput } from '../network/imageInput.js';
import type { Preprocessing } from '../network/preprocessing.js';

/** What a thread is started with. */
export interface PreparedFor {
  readonly preprocessing: Preprocessing;
  readonly input: ImageInput;
  /** Images of a photo: ten crops of it, or the photo itself, which is what is meant where this is left out. */
  readonly crops?: Crops | undefined;
}

export type Crops = 1 | 10;

export interface PrepareRequest {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Where the network's input is written, crop after crop: a part of memory that both threads have. */
  readonly into: Float32Array<SharedArrayBuffer>;
}

/** The hash of the file's bytes, and why there is no input for the network, if there is none. */
export interface PrepareReply {
  readonly sha256: string;
  readonly problem: string | undefined;
}

async function prepared(
  { preprocessing, input, crops }: PreparedFor,
  { path, bytes, into }: PrepareRequest,
): Promise<PrepareReply> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    const image = await decodeImage(bytes, path);
    into.set((crops === 10 ? tenCrops : toInput)(image, preprocessing, input).data);
    return { sha256, problem: undefined };
  } catch (error) {
    return { sha256, problem: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (request: PrepareRequest) => {
  void prepared(workerData as PreparedFor, request).then((reply) => {
    parentPort?.postMessage(reply);
  });
});
