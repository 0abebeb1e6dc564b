/** Photos of a set as batches for a network, some of them ready ahead of their time. */

import { throwIfCancelled, UserError } from '../errors.js';
import type { ListedPhoto, PhotoSet } from './photo.js';
import type { PhotoThreads } from './preparing.js';

/** Photo `first + slot` is in each slot; slots of photos with a problem, and beyond the set's end, hold zeros. */
export interface PhotoBatch {
  readonly first: number;
  readonly photos: readonly PreparedPhoto[];
  /** The network's input, of which every batch has the same number of slots; good until the second batch after it is asked for. */
  readonly data: Float32Array;
  /** True where no slot holds a photo, so that there is nothing to run. */
  readonly isEmpty: boolean;
}

export interface PreparedPhoto extends ListedPhoto {
  /** Of the file's bytes; undefined where they could not be read. */
  readonly sha256: string | undefined;
  /** Why there is no such photo for the network, without its path. */
  readonly problem: string | undefined;
}

/** Batches that are being made ready while another one runs. */
const AHEAD = 3;

/** Batches whose numbers may still be read while the next one is asked for. */
const LOOKED_AT = 2;

export interface BatchOptions {
  readonly set: Pick<PhotoSet, 'read'>;
  readonly photos: readonly ListedPhoto[];
  readonly threads: Pick<PhotoThreads, 'prepare' | 'count'>;
  /** Slots of a batch, and numbers of a slot. */
  readonly batch: number;
  readonly length: number;
  readonly signal: AbortSignal;
}

/** Prepares the batches whose first photos are given, in that order. */
export async function* photoBatches(
  firsts: Iterable<number>,
  options: BatchOptions,
): AsyncGenerator<PhotoBatch> {
  const permits = new Permits(2 * options.threads.count);
  const { batch: slots, length } = options;
  // One each for those that are being made ready and those that are looked at, used again and again.
  const buffers = Array.from(
    { length: AHEAD + 1 + LOOKED_AT },
    () => new Float32Array(new SharedArrayBuffer(4 * slots * length)),
  );
  const ready: Promise<PhotoBatch>[] = [];
  let begun = 0;
  for (const first of firsts) {
    const data = buffers[begun++ % buffers.length] as Float32Array<SharedArrayBuffer>;
    const batch = preparedBatch(first, data, options, permits);
    // It is awaited in its turn; what fails before that is no unhandled rejection.
    batch.catch(() => undefined);
    ready.push(batch);
    if (ready.length > AHEAD) {
      yield await (ready.shift() as Promise<PhotoBatch>);
    }
  }
  for (const batch of ready) {
    yield await batch;
  }
}

async function preparedBatch(
  first: number,
  data: Float32Array<SharedArrayBuffer>,
  { set, photos, threads, batch, length, signal }: BatchOptions,
  permits: Permits,
): Promise<PhotoBatch> {
  const prepare = async (
    photo: ListedPhoto,
    into: Float32Array<SharedArrayBuffer>,
  ): Promise<PreparedPhoto> => {
    throwIfCancelled(signal);
    let bytes: Uint8Array;
    try {
      bytes = await set.read(photo);
    } catch (error) {
      return { ...photo, sha256: undefined, problem: problemOf(error, photo.path) };
    }
    const { sha256, problem } = await threads.prepare({ path: photo.path, bytes, into });
    return { ...photo, sha256, problem: problem === undefined ? undefined : problemOf(problem, photo.path) };
  };
  const prepared = await Promise.all(
    photos.slice(first, first + batch).map((photo, slot) =>
      permits.with(async () => {
        const into = data.subarray(slot * length, (slot + 1) * length);
        const made = await prepare(photo, into);
        if (made.problem !== undefined) {
          into.fill(0);
        }
        return made;
      }),
    ),
  );
  data.fill(0, prepared.length * length);
  return { first, photos: prepared, data, isEmpty: prepared.every(({ problem }) => problem !== undefined) };
}

/** A message as it stands beside the photo's path, which it begins with. @throws what is no fault of the photo */
function problemOf(error: unknown, path: string): string {
  if (typeof error !== 'string' && !(error instanceof UserError)) {
    throw error;
  }
  const message = typeof error === 'string' ? error : error.message;
  return message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

/** So many things at once: read files wait in memory for a thread. */
class Permits {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async with<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) {
      this.free--;
    } else {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) {
        this.free++;
      } else {
        next();
      }
    }
  }
}
