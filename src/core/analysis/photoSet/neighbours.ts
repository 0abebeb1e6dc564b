/** Which photos of an index are most like this one? (Krizhevsky et al. 2012, figure 4.) Exact, by all vectors of a layer. */

import { createHash } from 'node:crypto';

import { throwIfCancelled } from '../../errors.js';
import { halfToNumber } from '../../floats.js';
import type { Job, JobContext } from '../../jobs/job.js';
import { photosOfPart, photosOfParts } from '../../store/photoIndex.js';
import type { PhotoIndex, Vectors } from '../../store/photoIndex.js';

/** Cosine distance is 1 minus the cosine of the angle between two vectors; to a vector of zeros it is 1. */
export type Distance = 'euclidean' | 'cosine';

/** A photo that is looked for. */
export interface Query {
  readonly vector: Float32Array;
  /** Its own number, where it is one of the index: it is no neighbour of itself. */
  readonly photo: number | undefined;
}

export interface Neighbour {
  readonly photo: number;
  readonly distance: number;
}

export interface NeighbourOptions {
  readonly layer: string;
  readonly distance: Distance;
  /** Neighbours of each query. */
  readonly count: number;
}

let table: Float32Array | undefined;

/**
 * The values of all float16 patterns: looking one up takes a fraction of the time of computing it. Whoever looks for no
 * neighbours does without.
 */
export function halfValues(): Float32Array {
  return (table ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => halfToNumber(bits)));
}

/** The numbers of a float16 vector. */
export function vectorValues(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, halfToNumber);
}

/** Vectors of many photos, float16 as on disk, with the squares of their lengths. */
export class VectorBlock {
  readonly squares: Float64Array;

  constructor(readonly vectors: Vectors) {
    const { photos, length, numbers } = vectors;
    this.squares = new Float64Array(photos.length);
    const values = halfValues();
    for (let row = 0; row < photos.length; row++) {
      let sum = 0;
      for (let at = row * length; at < (row + 1) * length; at++) {
        const value = values[numbers[at] as number] as number;
        sum += value * value;
      }
      this.squares[row] = sum;
    }
  }
}

/** Rows that are gone through side by side: they share the query's numbers, and their sums do not wait for one another. */
const ABREAST = 8;
/**
 * What rounding may add to or take from a squared distance that is made of products, for each unit of the squares in it:
 * 4,096 sums in float64, and more than enough for vectors a hundred times as long.
 */
const SLACK = 1e-10;

/** The nearest photos to a query among the blocks that were added, which may come one by one. */
export class NearestPhotos {
  private readonly values: Float64Array;
  private readonly square: number;
  /** The nearest first, of equal distances the photo with the lower number. */
  private readonly nearest: Neighbour[] = [];

  constructor(
    private readonly query: Query,
    private readonly distance: Distance,
    private readonly count: number,
  ) {
    this.values = Float64Array.from(query.vector);
    this.square = this.values.reduce((sum, value) => sum + value * value, 0);
  }

  get found(): readonly Neighbour[] {
    return this.nearest;
  }

  add(block: VectorBlock): void {
    const { photos, length, numbers } = block.vectors;
    const products = new Float64Array(ABREAST);
    for (let row = 0; row < photos.length; row += ABREAST) {
      multiply(this.values, numbers.subarray(row * length, (row + ABREAST) * length), products);
      for (let lane = 0; lane < ABREAST && row + lane < photos.length; lane++) {
        this.consider(block, row + lane, products[lane] as number);
      }
    }
  }

  /** Takes a photo in if it is near enough, which its product tells but for rounding. */
  private consider({ vectors, squares }: VectorBlock, row: number, product: number): void {
    const photo = vectors.photos[row] as number;
    const square = squares[row] as number;
    const worst = this.nearest.length < this.count ? Infinity : (this.nearest.at(-1)?.distance ?? Infinity);
    let distance: number;
    if (this.distance === 'cosine') {
      const lengths = Math.sqrt(this.square * square);
      distance = lengths === 0 ? 1 : Math.max(0, 1 - product / lengths);
    } else {
      const sum = this.square + square;
      if (sum - 2 * product - SLACK * sum > worst * worst) {
        return;
      }
      distance = this.between(vectors, row);
    }
    // NaN is near nothing.
    if (photo === this.query.photo || !(distance < Infinity)) {
      return;
    }
    const place = this.nearest.findIndex(
      (other) => distance < other.distance || (distance === other.distance && photo < other.photo),
    );
    this.nearest.splice(place < 0 ? this.nearest.length : place, 0, { photo, distance });
    this.nearest.length = Math.min(this.nearest.length, this.count);
  }

  /** The Euclidean distance by differences, which rounding does not touch where they are small. */
  private between({ numbers, length }: Vectors, row: number): number {
    const values = halfValues();
    let sum = 0;
    for (let at = 0; at < length; at++) {
      const difference =
        (values[numbers[row * length + at] as number] as number) - (this.values[at] as number);
      sum += difference * difference;
    }
    return Math.sqrt(sum);
  }
}

/**
 * Products of a vector and up to eight rows of float16; the last row stands for those that are missing. Where the vector has
 * zeros, and rectified features mostly have, nothing is read.
 */
function multiply(values: Float64Array, rows: Uint16Array, products: Float64Array): void {
  const halves = halfValues();
  const length = values.length;
  const last = rows.length / length - 1;
  const b = Math.min(1, last) * length;
  const c = Math.min(2, last) * length;
  const d = Math.min(3, last) * length;
  const e = Math.min(4, last) * length;
  const f = Math.min(5, last) * length;
  const g = Math.min(6, last) * length;
  const h = Math.min(7, last) * length;
  let sumA = 0;
  let sumB = 0;
  let sumC = 0;
  let sumD = 0;
  let sumE = 0;
  let sumF = 0;
  let sumG = 0;
  let sumH = 0;
  for (let at = 0; at < length; at++) {
    const value = values[at] as number;
    if (value !== 0) {
      sumA += (halves[rows[at] as number] as number) * value;
      sumB += (halves[rows[b + at] as number] as number) * value;
      sumC += (halves[rows[c + at] as number] as number) * value;
      sumD += (halves[rows[d + at] as number] as number) * value;
      sumE += (halves[rows[e + at] as number] as number) * value;
      sumF += (halves[rows[f + at] as number] as number) * value;
      sumG += (halves[rows[g + at] as number] as number) * value;
      sumH += (halves[rows[h + at] as number] as number) * value;
    }
  }
  products[0] = sumA;
  products[1] = sumB;
  products[2] = sumC;
  products[3] = sumD;
  products[4] = sumE;
  products[5] = sumF;
  products[6] = sumG;
  products[7] = sumH;
}

/**
 * Goes over an index part by part, so that one part is in memory at a time.
 * @returns a job that gives the neighbours of each query; it throws UserError where no vectors are kept of the layer
 */
export function neighboursJob(
  index: PhotoIndex,
  queries: readonly Query[],
  { layer, distance, count }: NeighbourOptions,
): Job<never, readonly (readonly Neighbour[])[]> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([index.store, index.manifest.set.sha256, index.parts, layer, distance, count]));
  for (const { photo, vector } of queries) {
    hash.update(JSON.stringify([photo ?? null, [...vector]]));
  }
  return {
    key: `neighbours 1 ${hash.digest('hex')}`,
    run: (context) => searchedParts(index, queries, { layer, distance, count }, context),
  };
}

/** The neighbours of each query, with one part of the index in memory at a time. */
export async function searchedParts(
  index: PhotoIndex,
  queries: readonly Query[],
  { layer, distance, count }: NeighbourOptions,
  { signal, report }: Pick<JobContext<never>, 'signal' | 'report'>,
): Promise<readonly (readonly Neighbour[])[]> {
  const searches = queries.map((query) => new NearestPhotos(query, distance, count));
  const of = photosOfParts(index.manifest, index.parts);
  let done = 0;
  for (const part of index.parts) {
    throwIfCancelled(signal);
    report('photos', done / Math.max(1, of), { done, of, unit: 'photos' });
    for await (const vectors of index.vectorParts(layer, [part])) {
      const block = new VectorBlock(vectors);
      for (const search of searches) {
        search.add(block);
      }
    }
    done += photosOfPart(index.manifest, part);
  }
  return searches.map(({ found }) => found);
}
