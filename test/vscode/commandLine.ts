/** The numbers that panels should show, from the command line on the same files. */

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { decodeNpy } from '../../src/core/npy.js';
import type { FloatTensor } from '../../src/core/tensor.js';
import { unpool } from '../unit/cli/run.js';

/** Runs a subcommand that writes an array. */
export async function arrayOf(...args: string[]): Promise<FloatTensor> {
  const folder = await mkdtemp(join(tmpdir(), 'unpool-array-'));
  try {
    const file = join(folder, 'array.npy');
    const { status, stderr } = await unpool(...args, '--out', file);
    if (status !== 0) {
      throw new Error(`unpool ${args.join(' ')} failed: ${stderr}`);
    }
    return decodeNpy(await readFile(file), file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export interface Prediction {
  readonly index: number;
  readonly label: string;
  readonly probability: number;
}

/** The five most probable classes. */
export async function predictionsOf(...args: string[]): Promise<readonly Prediction[]> {
  const { status, stdout, stderr } = await unpool('predict', ...args, '--json');
  if (status !== 0) {
    throw new Error(`unpool predict failed: ${stderr}`);
  }
  const [first] = JSON.parse(stdout) as { top: readonly Prediction[] }[];
  return first?.top ?? [];
}

/** Row `index` of the first axis, or of the channels of [1, C, H, W]. */
export function channelOf({ shape, data }: FloatTensor, index: number): Float32Array {
  const [batch = 1] = shape;
  const size = data.length / (batch === 1 ? (shape[1] ?? 1) : batch);
  return data.subarray(index * size, (index + 1) * size);
}
