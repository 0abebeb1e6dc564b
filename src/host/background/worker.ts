/** Entry point of the background thread: decodes photos, lays out graphs, prints models, measures tensors, reads Python sources. */

import { readFile } from 'node:fs/promises';
import { parentPort } from 'node:worker_threads';

import { decodeImage } from '../../core/imaging/decode.js';
import type { RgbImage } from '../../core/imaging/image.js';
import { encodePng } from '../../core/imaging/png.js';
import { tenCrops, toImage, toInput } from '../../core/imaging/preprocess.js';
import { shrink } from '../../core/imaging/resample.js';
import { printFile } from '../../core/onnx/text/printFile.js';
import { Server } from '../../protocol/channel.js';
import type { Handlers, Wire } from '../../protocol/channel.js';
import { layoutGraph } from '../graph/graphLayout.js';
import { mapHandlers } from './indexedMaps.js';
import { IndexedPhotos } from './indexedPhotos.js';
import { measure } from './measure.js';
import { setHandlers } from './photoSets.js';
import { sourceHandlers } from './readSources.js';
import type { BackgroundRequests } from './requests.js';
import { vectorHandlers } from './vectors.js';

const indexedPhotos = new IndexedPhotos();

const handlers: Handlers<BackgroundRequests> = {
  ...sourceHandlers(),
  ...setHandlers(indexedPhotos),
  ...mapHandlers(indexedPhotos),
  ...vectorHandlers(),
  measure: async (params) => measure(params),
  layout: async (drawing) => layoutGraph(drawing),
  prepare: async ({ file, preprocessing, input, crops }) => {
    const image = await decoded(file);
    const single = toInput(image, preprocessing, input);
    return {
      tensor: crops === 1 ? single : tenCrops(image, preprocessing, input),
      picture: toImage(single, preprocessing, input),
    };
  },
  print: async ({ file }) => {
    const { text, map } = await printFile(file);
    return { bytes: new TextEncoder().encode(text), map };
  },
  thumbnail: async ({ file, side }) => encodePng(shrink(await decoded(file), side)),
};

async function decoded(file: string): Promise<RgbImage> {
  return decodeImage(await readFile(file), file);
}

/** Smaller ones are copied as fast as they are handed over. */
const HANDED_OVER_BYTES = 1 << 16;

/** The buffers of an answer, which goes to the other thread for good: nothing here keeps what it has answered. */
function buffersIn(value: unknown): ArrayBuffer[] {
  if (value instanceof Uint8Array || value instanceof Uint32Array || value instanceof Float32Array) {
    const { buffer, byteLength } = value;
    const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
    return isWhole && byteLength >= HANDED_OVER_BYTES ? [buffer] : [];
  }
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? Object.values(value).flatMap(buffersIn) : [];
}

if (parentPort !== null) {
  const port = parentPort;
  const wire: Wire = {
    post: (message) => {
      port.postMessage(message, buffersIn(message));
    },
    listen: (receive) => {
      port.on('message', receive);
      return () => port.off('message', receive);
    },
  };
  new Server<BackgroundRequests, Record<never, never>>(wire, handlers);
}
