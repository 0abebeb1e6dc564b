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
}

/** Of the file's bytes the hash, and the network's input, crop after crop, or why there is none. */
export interface PrepareReply {
  readonly sha256: string;
  readonly result: Float32Array<ArrayBuffer> | { readonly problem: string };
}

const { preprocessing, input, crops } = workerData as PreparedFor;

async function prepared({ path, bytes }: PrepareRequest): Promise<PrepareReply> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    const image = await decodeImage(bytes, path);
    const images = (crops === 10 ? tenCrops : toInput)(image, preprocessing, input);
    return { sha256, result: images.data as Float32Array<ArrayBuffer> };
  } catch (error) {
    return { sha256, result: { problem: error instanceof Error ? error.message : String(error) } };
  }
}

parentPort?.on('message', (request: PrepareRequest) => {
  void prepared(request).then((reply) => {
    parentPort?.postMessage(reply, 'problem' in reply.result ? [] : [reply.result.buffer]);
  });
});
