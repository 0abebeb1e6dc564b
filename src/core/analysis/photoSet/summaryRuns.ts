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

/** A batch and what the network says of it. */
export interface Answered {
  readonly batch: PhotoBatch;
  /** One or, where the network takes one image at a time, one for each slot; none for an empty batch. */
  readonly outputs: readonly TensorMap[];
}

/** Requests that wait in the engine, so that it always has one to go on with. */
const IN_FLIGHT = 2;

/** Runs the batches of the parts, in order. */
export async function* answered(
  parts: readonly number[],
  { network, summary, manifest, photos, set }: IndexRun,
  threads: PhotoThreads,
  { engine, signal }: JobContext<number>,
): AsyncGenerator<Answered> {
  const { batch, part } = manifest;
  const length = elementCount(network.input.shape);
  const firsts = parts.flatMap((number) => {
    const end = Math.min((number + 1) * part, photos.length);
    return Array.from(
      { length: Math.ceil((end - number * part) / batch) },
      (_, index) => number * part + index * batch,
    );
  });
  const waiting: Promise<Answered>[] = [];
  const lane = inLane(engine, 'batch');
  for await (const ready of photoBatches(firsts, { set, photos, threads, batch, length, signal })) {
    throwIfCancelled(signal);
    const request = runBatch(lane, network, summary, ready, manifest.batch, signal);
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
  { input, scores }: Network,
  { model, outputs, batch: size }: SummaryModel,
  batch: PhotoBatch,
  slots: number,
  signal: AbortSignal,
): Promise<Answered> {
  if (batch.isEmpty) {
    return { batch, outputs: [] };
  }
  const names = outputs.flatMap(({ largest, places, means, nonZeros }) => [largest, places, means, nonZeros]);
  const fetch = [...names, scores?.tensor].filter((name) => name !== undefined);
  const shape = [size, ...input.shape.slice(1)];
  const length = elementCount(shape);
  const steps = Array.from({ length: slots / size }, (_, index) => ({
    model,
    feeds: { [input.name]: floatTensor(shape, batch.data.subarray(index * length, (index + 1) * length)) },
    fetch: [...new Set(fetch)],
  }));
  return { batch, outputs: await engine.run(steps, { signal }) };
}
