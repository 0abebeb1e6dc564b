/** The files that a model is made of. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';

import type { Model } from '../onnx/model.js';

/** The model's file, and those of its external data. */
export function modelFiles({ graph, folder, baseName }: Model): readonly string[] {
  const external = [...graph.constants.values()].flatMap(({ data }) =>
    data.kind === 'file' ? [data.location] : [],
  );
  return [...new Set([baseName, ...external])].map((name) => join(folder, name));
}

/** SHA-256 over the bytes of all files of a model, in hexadecimal: the same wherever they lie. */
export async function modelHash(model: Model): Promise<string> {
  const hash = createHash('sha256');
  for (const file of modelFiles(model)) {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Uint8Array);
    }
  }
  return hash.digest('hex');
}
