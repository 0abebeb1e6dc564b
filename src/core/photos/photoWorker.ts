/** Entry point of the threads that make photos ready for networks: decoding, scaling, hashing, counting colours. */

import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

import { decodeImage } from '../imaging/decode.js';
import type { RgbImage } from '../imaging/image.js';
import { tenCrops, toInput } from '../imaging/preprocess.js';
import { mirror } from '../imaging/resample.js';
import type { ImageInput } from '../network/imageInput.js';
import type { Preprocessing } from '../network/preprocessing.js';
import { colourMoments } from './lighting.js';
import type { ColourMoments, Light } from './lighting.js';

/** An input that is made of every photo. */
export interface WantedInput {
  readonly preprocessing: Preprocessing;
  readonly input: ImageInput;
  /** Images of a photo: ten crops of it, or the photo itself, which is what is meant where this is left out. */
  readonly crops?: Crops | undefined;
  /** What is done to the photo first; nothing where it is left out. */
  readonly change?: Change | undefined;
}

/** What a thread is started with: a photo is decoded once for all inputs. */
export interface PreparedFor {
  readonly inputs: readonly WantedInput[];
  /** Whether the moments of the photo's colours are wanted. */
  readonly colours?: boolean | undefined;
}

/** A photo mirrored left to right, or seen in another light (`lighting.ts`). */
export type Change = 'mirror' | 'lighting';

export type Crops = 1 | 10;

export interface PrepareRequest {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Where the inputs are written, crop after crop: parts of memory that both threads have. */
  readonly into: readonly Float32Array<SharedArrayBuffer>[];
  /** For inputs of changed light. */
  readonly light?: Light | undefined;
}

/** The hash of the file's bytes, and why there is no input for the network, if there is none. */
export interface PrepareReply {
  readonly sha256: string;
  readonly problem: string | undefined;
  readonly colours: ColourMoments | undefined;
}

async function prepared(
  { inputs, colours }: PreparedFor,
  { path, bytes, into, light }: PrepareRequest,
): Promise<PrepareReply> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  try {
    const image = await decodeImage(bytes, path);
    inputs.forEach((wanted, index) => into[index]?.set(inputOf(image, wanted, light)));
    return { sha256, problem: undefined, colours: colours === true ? colourMoments(image) : undefined };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { sha256, problem, colours: undefined };
  }
}

function inputOf(
  image: RgbImage,
  { preprocessing, input, crops, change }: WantedInput,
  light: Light | undefined,
): Float32Array {
  const changed = change === 'mirror' ? mirror(image) : image;
  const added = change === 'lighting' ? light : undefined;
  return (crops === 10 ? tenCrops : toInput)(changed, preprocessing, input, added).data;
}

parentPort?.on('message', (request: PrepareRequest) => {
  void prepared(workerData as PreparedFor, request).then((reply) => {
    parentPort?.postMessage(reply);
  });
});
