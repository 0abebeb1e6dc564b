/** Names of jobs: equal for equal work, another one as soon as anything differs that the result depends on. */

import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';

import { modelFiles } from '../network/modelFiles.js';
import type { Network } from '../network/network.js';
import type { FloatTensor } from '../tensor.js';

/**
 * @param kind what is computed, and the version of what is kept of it
 * @param inputs tensors that go into it
 * @param settings everything else that decides the result, as plain data
 */
export function jobKey(
  kind: string,
  network: Network,
  inputs: readonly FloatTensor[],
  settings: unknown,
): string {
  const hash = createHash('sha256');
  const { input, scores, sidecar } = network;
  hash.update(JSON.stringify([filesOf(network), input, scores, sidecar, settings]));
  for (const { shape, data } of inputs) {
    hash.update(JSON.stringify(shape));
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return `${kind} ${hash.digest('hex')}`;
}

/**
 * The files that a model is made of, each with its size and the time of its last change: hashing gigabytes of weights
 * would take longer than most jobs.
 */
function filesOf({ model }: Network): readonly (readonly [string, number, number])[] {
  return modelFiles(model).map((file) => {
    const { size, mtimeMs } = statSync(file);
    return [file, size, mtimeMs];
  });
}
