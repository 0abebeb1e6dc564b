/** What excites each feature over a whole set of photos? (Zeiler & Fergus 2013, figure 2.) One pass over the photos. */

import { readdir, stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';

import type { Job, JobContext } from '../../jobs/job.js';
import { summaryModel } from '../../network/mapSummaries.js';
import { modelHash } from '../../network/modelFiles.js';
import type { Network } from '../../network/network.js';
import type { Preprocessing } from '../../network/preprocessing.js';
import type { PhotoSet } from '../../photos/photo.js';
import { PhotoThreads } from '../../photos/preparing.js';
import { IndexPartWriter } from '../../store/indexPart.js';
import type { IndexManifest } from '../../store/indexManifest.js';
import { lockParts } from '../../store/lock.js';
import { hasPart, partsOf, photosOfPart, photosOfParts, problemsOf } from '../../store/photoIndex.js';
import type { PhotoProblem } from '../../store/photoIndex.js';
import { indexedLayers } from './indexedLayers.js';
import type { LayerChoice } from './indexedLayers.js';
import { openStore, pathFrom } from './indexStore.js';
import { PartNumbers } from './partNumbers.js';
import { shardParts } from './parts.js';
import type { Shard } from './parts.js';
import { answered } from './summaryRuns.js';
import type { IndexRun } from './summaryRuns.js';
import { usualBatch } from './usualBatch.js';

/** Strongest photos of each map, as in the paper's figure 2. */
export const STRONGEST = 9;

export interface IndexOptions extends LayerChoice {
  readonly store: string;
  readonly preprocessing: Preprocessing;
  /** Photos that the network is given at once; as many as fit into memory, 16 at most, where left out. */
  readonly batch?: number | undefined;
  /** Threads of the engine; as many as the machine has processors where left out. */
  readonly threads?: number | undefined;
  /** The part of the set to go over; all of it where left out. */
  readonly shard?: Shard | undefined;
  /** The built photoWorker.js; the one beside this bundle where left out. */
  readonly workerFile?: string | undefined;
}

export interface IndexResult {
  readonly manifest: IndexManifest;
  /** Of the parts of this run's shard. */
  readonly photos: number;
  readonly problems: readonly PhotoProblem[];
  /** Photos that an earlier run had done. */
  readonly resumed: number;
  /** Photos that have come into the set since the index was begun; they are not in it. */
  readonly added: number;
  /** Photos of the whole index that are there, and of parts that other shards have still to make. */
  readonly whole: { readonly there: number; readonly missing: number };
  /** On disk, of the whole index as far as it is there. */
  readonly bytes: { readonly photos: number; readonly vectors: number; readonly maps: number };
}

/**
 * Goes over the photos once and keeps, of every map of the chosen layers, the photos that excite it most, its mean, largest
 * value, share of zeros and histogram, and its mean for each label; of every photo its vector, its most probable classes and
 * its label. A partial result is a part that is whole, by its number. What is in the store already is not made again.
 * @returns a job that throws UserError where the store cannot be written to, was begun in another way, or is being written to
 */
export async function indexJob(
  network: Network,
  set: PhotoSet,
  options: IndexOptions,
): Promise<Job<number, IndexResult>> {
  const layers = indexedLayers(network, options);
  const wished = options.batch ?? usualBatch(network);
  const summary = summaryModel(network, layers, network.scores?.tensor, wished);
  const wanted = {
    format: 'unpool index' as const,
    version: 1 as const,
    model: {
      name: network.model.baseName,
      file: pathFrom(options.store, network.model.file),
      sha256: await modelHash(network.model),
    },
    preprocessing: options.preprocessing,
    inputShape: network.input.shape,
    layers,
    threads: options.threads ?? availableParallelism(),
    strongest: STRONGEST,
    batch: wished,
  };
  return {
    key: `index 1 ${JSON.stringify([options.store, set.root, options.shard, wanted])}`,
    run: async (context) => {
      context.report('opening', 0);
      const { provider } = await started(context);
      const { store } = options;
      const opened = await openStore(store, set, { ...wanted, provider });
      const { manifest } = opened;
      const range = shardParts(partsOf(manifest), options.shard ?? { index: 1, of: 1 });
      const release = range.first < range.end ? await lockParts(store, range) : undefined;
      try {
        const open: number[] = [];
        for (let part = range.first; part < range.end; part++) {
          if (!(await hasPart(store, part))) {
            open.push(part);
          }
        }
        const run = { network, summary, manifest, photos: opened.photos, set, options };
        const all = Array.from({ length: range.end - range.first }, (_, index) => range.first + index);
        const count = photosOfParts(manifest, all);
        const left = photosOfParts(manifest, open);
        await indexParts(open, run, context, { done: count - left, of: count });
        return {
          manifest,
          photos: count,
          problems: await problemsOf(store, all),
          resumed: count - left,
          added: opened.added,
          whole: await wholeIndex(store, manifest),
          bytes: await sizesOf(store),
        };
      } finally {
        await release?.();
      }
    },
  };
}

/** Starts the engine's process, which is known by its provider from then on. */
async function started({ engine, signal }: JobContext<number>): Promise<{ provider: string }> {
  await engine.run([], { signal, lane: 'batch' });
  return { provider: engine.provider ?? 'unknown' };
}

/** Photos of a row group. */
const GROUP = 256;

async function indexParts(
  parts: readonly number[],
  run: IndexRun & { readonly options: IndexOptions },
  context: JobContext<number>,
  progress: { done: number; readonly of: number },
): Promise<void> {
  const { manifest, options, network } = run;
  const { preprocessing, workerFile } = options;
  const threads = new PhotoThreads({ inputs: [{ preprocessing, input: network.input }] }, workerFile);
  let writer: IndexPartWriter | undefined;
  let part: PartNumbers | undefined;
  try {
    for await (const answer of answered(parts, run, threads, context)) {
      const { batch } = answer;
      const number = Math.floor(batch.first / manifest.part);
      writer ??= await IndexPartWriter.create(options.store, number, manifest);
      part ??= new PartNumbers(run);
      part.add(answer);
      progress.done += batch.photos.length;
      const share = progress.done / progress.of;
      context.report('photos', share, { ...progress, unit: 'photos' });
      const isLast =
        batch.first + manifest.batch >= Math.min((number + 1) * manifest.part, run.photos.length);
      if (isLast || part.rows.length >= GROUP) {
        await writer.append(part.rows, part.takeVectors());
        part.rows = [];
      }
      if (isLast) {
        await writer.finish(part.summaries);
        [writer, part] = [undefined, undefined];
        context.partial(number);
      }
    }
  } finally {
    await writer?.abandon();
    await threads.close();
  }
}

async function wholeIndex(store: string, manifest: IndexManifest): Promise<IndexResult['whole']> {
  let there = 0;
  for (let part = 0; part < partsOf(manifest); part++) {
    there += (await hasPart(store, part)) ? photosOfPart(manifest, part) : 0;
  }
  return { there, missing: manifest.set.photos - there };
}

async function sizesOf(store: string): Promise<IndexResult['bytes']> {
  const sizes = { photos: 0, vectors: 0, maps: 0 };
  const entries = await readdir(store, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile() && each.name.startsWith('part-'))) {
    const { size } = await stat(join(entry.parentPath, entry.name));
    const [table] = join(entry.parentPath)
      .slice(join(store).length + 1)
      .split(/[\\/]/);
    sizes[table === 'photos' || table === 'vectors' ? table : 'maps'] += size;
  }
  return sizes;
}
