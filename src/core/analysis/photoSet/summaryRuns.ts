/** Runs of a network over the photos of a set, batch by batch: what each layer's maps come to, photo by photo. */

import { inLane } from '../../engine.js';
import type { Engine, Step, TensorMap } from '../../engine.js';
import { throwIfCancelled } from '../../errors.js';
import type { JobContext } from '../../jobs/job.js';
import type { SummaryModel } from '../../network/mapSummaries.js';
import type { Network } from '../../network/network.js';
import { photoBatches } from '../../photos/batches.js';
import type { PhotoBatch } from '../../photos/batches.js';
import type { Light } from '../../photos/lighting.js';
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

/** A network that is asked about photos. */
export interface Asked extends Pick<IndexRun, 'network' | 'summary'> {
  /** Images of a photo. */
  readonly crops: number;
}

/** A pass over photos, each of which is read and decoded once. */
export interface Pass extends Pick<IndexRun, 'photos' | 'set'> {
  /** Photos of a batch. */
  readonly batch: number;
  /** In the order of the threads' inputs. */
  readonly asked: readonly Asked[];
  /** As for `photoBatches`. */
  readonly lightOf?: ((photo: number) => Light) | undefined;
}

/** What a network says of a batch: one answer or, where it takes fewer images at a time, several; none for an empty batch. */
export type Outputs = readonly TensorMap[];

/** A batch and what the network says of it. */
export interface Answered {
  readonly batch: PhotoBatch;
  readonly outputs: Outputs;
}

/** A batch and what each of the networks says of it. */
export interface AllAnswered {
  readonly batch: PhotoBatch;
  readonly outputs: readonly Outputs[];
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
  return answeredBatches(firsts, { ...run, batch }, threads, context);
}

/** Runs a network over the batches whose first photos are given, in that order, one image a photo. */
export async function* answeredBatches(
  firsts: readonly number[],
  { network, summary, ...rest }: Omit<Pass, 'asked'> & Omit<Asked, 'crops'>,
  threads: PhotoThreads,
  context: Pick<JobContext<never>, 'engine' | 'signal'>,
): AsyncGenerator<Answered> {
  const pass = { ...rest, asked: [{ network, summary, crops: 1 }] };
  for await (const { batch, outputs } of batchesOfAll(firsts, pass, threads, context)) {
    yield { batch, outputs: outputs[0] ?? [] };
  }
}

/** Runs several networks over the batches whose first photos are given, in that order. */
export async function* batchesOfAll(
  firsts: readonly number[],
  { asked, ...pass }: Pass,
  threads: PhotoThreads,
  { engine, signal }: Pick<JobContext<never>, 'engine' | 'signal'>,
): AsyncGenerator<AllAnswered> {
  const lengths = asked.map(({ network, crops }) => crops * elementCount(network.input.shape));
  const waiting: Promise<AllAnswered>[] = [];
  const lane = inLane(engine, 'batch');
  for await (const ready of photoBatches(firsts, { ...pass, threads, lengths, signal })) {
    throwIfCancelled(signal);
    const request = runAll(lane, asked, ready, pass.batch, signal);
    request.catch(() => undefined);
    waiting.push(request);
    if (waiting.length >= IN_FLIGHT) {
      yield await (waiting.shift() as Promise<AllAnswered>);
    }
  }
  for (const request of waiting) {
    yield await request;
  }
}

/** Asks all of them in one request, so that no more than a few wait in the engine. */
async function runAll(
  engine: Engine,
  asked: readonly Asked[],
  batch: PhotoBatch,
  photos: number,
  signal: AbortSignal,
): Promise<AllAnswered> {
  if (batch.isEmpty) {
    return { batch, outputs: asked.map(() => []) };
  }
  const steps = asked.map((each, index) => stepsOf(each, batch.data[index] ?? new Float32Array(), photos));
  const results = [...(await engine.run(steps.flat(), { signal }))];
  return { batch, outputs: steps.map(({ length }) => results.splice(0, length)) };
}

function stepsOf(
  { network: { input, scores }, summary: { model, outputs, batch: size }, crops }: Asked,
  data: Float32Array,
  photos: number,
): Step[] {
  const names = outputs.flatMap(({ largest, row, column, means, nonZeros }) => [
    ...[largest, row, column],
    ...[means, nonZeros],
  ]);
  const fetch = [...names, scores?.tensor].filter((name) => name !== undefined);
  const shape = [size, ...input.shape.slice(1)];
  const length = elementCount(shape);
  return Array.from({ length: (photos * crops) / size }, (_, index) => ({
    model,
    feeds: { [input.name]: floatTensor(shape, data.subarray(index * length, (index + 1) * length)) },
    fetch: [...new Set(fetch)],
  }));
}
