/** Runs of a network over the photos of a set, batch by batch: what each layer's maps come to, photo by photo. */

import { inLane } from '../../engine.js';
import type { Engine, TensorMap } from '../../engine.js';
import { throwIfCancelled } from '../../errors.js';
import type { JobContext } from '../../jobs/job.js';
import type { SummaryModel } from '../../network/mapSummaries.js';
import type { Network } from '../../network/network.js';
import { photoBatches } from '../../photos/batches.js';
import type { PhotoBatch } from '../../photos/batches.js';
import type { PhotoSet } from '../../photos/photo.js';
import type { PhotoThreads } from '../../photos/preparing.js';
import type { IndexManifest } from '../../store/indexManifest.js';
import { elementCount, floatTensor } from '../../tensor.js';

/** What an index is made of. */
export interface IndexRun {
  readonly network: Network;
  readonly summary: SummaryModel;
  readonly manifest: IndexManifest;
  /** In the order of their numbers. */
  readonly photos: PhotoSet['photos'];
  readonly set: PhotoSet;
}

/** A pass of a network over photos. */
export interface Pass extends Pick<IndexRun, 'network' | 'summary' | 'photos' | 'set'> {
  /** Photos of a batch, and images of a photo. */
  readonly batch: number;
  readonly crops: number;
}

/** A batch and what the network says of it. */
export interface Answered {
  readonly batch: PhotoBatch;
  /** One or, where the network takes one image at a time, one for each image; none for an empty batch. */
  readonly outputs: readonly TensorMap[];
}

/** Requests that wait in the engine, so that it always has one to go on with. */
const IN_FLIGHT = 2;

/** Runs the batches of the parts, in order. */
export function answered(
  parts: readonly number[],
  run: IndexRun,
  threads: PhotoThreads,
  context: Pick<JobContext<number>, 'engine' | 'signal'>,
): AsyncGenerator<Answered> {
  const { batch, part } = run.manifest;
  const firsts = parts.flatMap((number) => {
    const end = Math.min((number + 1) * part, run.photos.length);
    return Array.from(
      { length: Math.ceil((end - number * part) / batch) },
      (_, index) => number * part + index * batch,
    );
  });
  return answeredBatches(firsts, { ...run, batch, crops: 1 }, threads, context);
}

/** Runs the batches whose first photos are given, in that order. */
export async function* answeredBatches(
  firsts: readonly number[],
  pass: Pass,
  threads: PhotoThreads,
  { engine, signal }: Pick<JobContext<never>, 'engine' | 'signal'>,
): AsyncGenerator<Answered> {
  const { network, photos, set, batch, crops } = pass;
  const length = crops * elementCount(network.input.shape);
  const waiting: Promise<Answered>[] = [];
  const lane = inLane(engine, 'batch');
  for await (const ready of photoBatches(firsts, { set, photos, threads, batch, length, signal })) {
    throwIfCancelled(signal);
    const request = runBatch(lane, pass, ready, signal);
    request.catch(() => undefined);
    waiting.push(request);
    if (waiting.length >= IN_FLIGHT) {
      yield await (waiting.shift() as Promise<Answered>);
    }
  }
  for (const request of waiting) {
    yield await request;
  }
}

async function runBatch(
  engine: Engine,
  { network: { input, scores }, summary: { model, outputs, batch: size }, batch: photos, crops }: Pass,
  batch: PhotoBatch,
  signal: AbortSignal,
): Promise<Answered> {
  if (batch.isEmpty) {
    return { batch, outputs: [] };
  }
  const names = outputs.flatMap(({ largest, places, means, nonZeros }) => [largest, places, means, nonZeros]);
  const fetch = [...names, scores?.tensor].filter((name) => name !== undefined);
  const shape = [size, ...input.shape.slice(1)];
  const length = elementCount(shape);
  const steps = Array.from({ length: (photos * crops) / size }, (_, index) => ({
    model,
    feeds: { [input.name]: floatTensor(shape, batch.data.subarray(index * length, (index + 1) * length)) },
    fetch: [...new Set(fetch)],
  }));
  return { batch, outputs: await engine.run(steps, { signal }) };
}
