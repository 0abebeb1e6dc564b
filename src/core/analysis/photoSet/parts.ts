/** How a set of photos is cut into parts, and the parts into shards. */

import { UserError } from '../../errors.js';
import type { PartRange } from '../../store/lock.js';

/** What is known of every map is written once a part: more parts take more room, fewer lose more when a run is killed. */
const MOST_PARTS = 64;
/** Smaller parts are mostly statistics. */
const USUAL_PHOTOS = 256;
/** Small sets are cut too, so that they can be sharded. */
const SMALL_SET_PARTS = 4;

/**
 * Photos of a part: a power of two times the batch, with at most 64 parts and no more than 256 photos, or a quarter of a small
 * set, unless that takes more parts. It depends on the number of photos and the batch alone, so that all shards cut alike.
 */
export function partPhotos(photos: number, batch: number): number {
  const least = Math.max(photos / MOST_PARTS, Math.min(USUAL_PHOTOS, photos / SMALL_SET_PARTS));
  let part = batch;
  while (part < least) {
    part *= 2;
  }
  return part;
}

/** A share of the parts: number `index`, from 1, of `of`. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** The parts of a shard: neighbours, as many as in the other shards or one more. */
export function shardParts(parts: number, { index, of }: Shard): PartRange {
  return { first: Math.floor(((index - 1) * parts) / of), end: Math.floor((index * parts) / of) };
}

/** `2/8` as people write it. @throws UserError */
export function parseShard(text: string): Shard {
  const [, index = NaN, of = NaN] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (!(index >= 1 && index <= of)) {
    throw new UserError(`'${text}' is no shard; give 1/8 to 8/8 for eight of them`);
  }
  return { index, of };
}
