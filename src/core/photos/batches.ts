/** Photos of a set as batches for a network, some of them ready ahead of their time. */

import { throwIfCancelled, UserError } from '../errors.js';
import type { ColourMoments, Light } from './lighting.js';
import type { ListedPhoto, PhotoSet } from './photo.js';
import type { PhotoThreads } from './preparing.js';

/** Photo `first + slot` is in each slot; slots of photos with a problem, and beyond the set's end, hold zeros. */
export interface PhotoBatch {
  readonly first: number;
  readonly photos: readonly PreparedPhoto[];
  /** The inputs that are wanted, of which every batch has the same number of slots; good until the second batch after it is asked for. */
  readonly data: readonly Float32Array[];
  /** True where no slot holds a photo, so that there is nothing to run. */
  readonly isEmpty: boolean;
}

export interface PreparedPhoto extends ListedPhoto {
  /** Of the file's bytes; undefined where they could not be read. */
  readonly sha256: string | undefined;
  /** Why there is no such photo for the network, without its path. */
  readonly problem: string | undefined;
  /** Where they are asked for, of a photo without a problem. */
  readonly colours: ColourMoments | undefined;
}

/** Batches that are being made ready while another one runs. */
const AHEAD = 3;

/** Batches whose numbers may still be read while the next one is asked for. */
const LOOKED_AT = 2;

export interface BatchOptions {
  readonly set: Pick<PhotoSet, 'read'>;
  readonly photos: readonly ListedPhoto[];
  readonly threads: Pick<PhotoThreads, 'prepare' | 'count'>;
  /** Slots of a batch, and numbers of a slot of each input. */
  readonly batch: number;
  readonly lengths: readonly number[];
  /** The light that a photo is seen in, by its place in `photos`, for inputs of changed light. */
  readonly lightOf?: ((photo: number) => Light) | undefined;
  readonly signal: AbortSignal;
}

/** Prepares the batches whose first photos are given, in that order. */
export async function* photoBatches(
  firsts: Iterable<number>,
  options: BatchOptions,
): AsyncGenerator<PhotoBatch> {
  const permits = new Permits(2 * options.threads.count);
  const { batch: slots, lengths } = options;
  // One each for those that are being made ready and those that are looked at, used again and again.
  const buffers = Array.from({ length: AHEAD + 1 + LOOKED_AT }, () =>
    lengths.map((length) => new Float32Array(new SharedArrayBuffer(4 * slots * length))),
  );
  const ready: Promise<PhotoBatch>[] = [];
  let begun = 0;
  for (const first of firsts) {
    const data = buffers[begun++ % buffers.length] ?? [];
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
  data: readonly Float32Array<SharedArrayBuffer>[],
  { set, photos, threads, batch, lengths, lightOf, signal }: BatchOptions,
  permits: Permits,
): Promise<PhotoBatch> {
  const prepare = async (
    photo: ListedPhoto,
    into: readonly Float32Array<SharedArrayBuffer>[],
    light: Light | undefined,
  ): Promise<PreparedPhoto> => {
    throwIfCancelled(signal);
    let bytes: Uint8Array;
    try {
      bytes = await set.read(photo);
    } catch (error) {
      return { ...photo, sha256: undefined, problem: problemOf(error, photo.path), colours: undefined };
    }
    const { sha256, problem, colours } = await threads.prepare({ path: photo.path, bytes, into, light });
    const told = problem === undefined ? undefined : problemOf(problem, photo.path);
    return { ...photo, sha256, problem: told, colours };
  };
  const prepared = await Promise.all(
    photos.slice(first, first + batch).map((photo, slot) =>
      permits.with(async () => {
        const into = data.map((all, input) => slotOf(all, slot, lengths[input]));
        const made = await prepare(photo, into, lightOf?.(first + slot));
        if (made.problem !== undefined) {
          into.forEach((numbers) => numbers.fill(0));
        }
        return made;
      }),
    ),
  );
  data.forEach((all, input) => all.fill(0, prepared.length * (lengths[input] ?? 0)));
  return { first, photos: prepared, data, isEmpty: prepared.every(({ problem }) => problem !== undefined) };
}

function slotOf(
  all: Float32Array<SharedArrayBuffer>,
  slot: number,
  length = 0,
): Float32Array<SharedArrayBuffer> {
  return all.subarray(slot * length, (slot + 1) * length);
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
