/** What is measured of an engine before it is decided how a sweep goes on. In milliseconds. */

import type { Step } from '../engine.js';
import type { Network } from '../network/network.js';
import type { Followed } from './followed.js';
import { plainRunner } from './plain.js';
import type { Position } from './positions.js';
import type { OccludedPhoto, RunsOn } from './runner.js';

/** What one measurement may take, as far as that can be foreseen. */
export const MEASURE_MS = 300;

async function timeOf(work: Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work;
  return performance.now() - begin;
}

/** The better of two runs, after one that makes sessions. */
async function bestOf(run: () => Promise<unknown>): Promise<number> {
  await run();
  return Math.min(await timeOf(run()), await timeOf(run()));
}

export function runTime(steps: readonly Step[], { engine, signal }: RunsOn): Promise<number> {
  return bestOf(() => engine.run(steps, { signal }));
}

/**
 * What a position takes where the whole network is run.
 * @param some positions of one batch, if that does not take too long
 * @param forward what one image takes, which says so
 */
export async function plainRate(
  network: Network,
  followed: Followed,
  occluded: OccludedPhoto,
  some: readonly Position[],
  { forward, memoryBound }: { readonly forward: number; readonly memoryBound: number },
  on: RunsOn,
): Promise<number> {
  const most = Math.round(Math.min(Math.max(MEASURE_MS / forward, 1), some.length));
  const plain = plainRunner(network, followed, occluded, memoryBound, most);
  const positions = some.slice(0, plain.batch);
  return (await bestOf(() => plain.run(positions, on))) / plain.batch;
}
