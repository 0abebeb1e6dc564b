/**
 * Along which directions do the vectors of photos differ most? Principal component analysis of vectors that are gone over
 * block by block: their covariance is never written down, and memory does not grow with their number.
 */

import { setImmediate as turn } from 'node:timers/promises';

import { throwIfCancelled } from '../../errors.js';
import { randomNumbers } from '../../random.js';
import type { Vectors } from '../../store/photoIndex.js';
import { symmetricEigen } from './eigen.js';
import { ABREAST, RowReader, sideBySide } from './rowReader.js';

/** Vectors that can be gone over as often as need be, in the same order each time. */
export interface VectorRows {
  readonly length: number;
  blocks(): AsyncIterable<Vectors>;
}

export interface Components {
  /** Vectors that count; those with NaN or infinities do not. */
  readonly count: number;
  readonly mean: Float64Array;
  /**
   * Of length 1, at right angles, the one of the largest variance first; the largest coefficient of each is positive. Fewer
   * than were asked for where the vectors lie in a space of fewer dimensions.
   */
  readonly directions: readonly Float64Array[];
  /** Along each direction, divided by count - 1; and of all. */
  readonly variances: readonly number[];
  readonly variance: number;
}

export interface ComponentOptions {
  /** How many. */
  readonly count: number;
  /** How far (covariance x direction) may be from (variance x direction), as a share of the largest variance. */
  readonly tolerance: number;
  readonly signal: AbortSignal;
  /** Told how far the search is, 0 to 1. */
  readonly report: (share: number) => void;
}

/** Directions that are kept beside the wanted ones before the search is begun anew from the best of them. */
const BESIDE = 160;
/** What is left of a direction after those known are taken away, as a share of it, below which nothing new is in it. */
const NOTHING = 1e-10;
const SEED = 1;

/**
 * The first principal components, by a block Krylov method (Saad, Numerical Methods for Large Eigenvalue Problems, chapter
 * 6): the space that is searched grows by what the covariance makes of its best directions, and the components are the
 * covariance's eigenvectors within it, until they are its eigenvectors altogether. A step goes over the vectors once.
 */
export async function principalComponents(
  rows: VectorRows,
  { count: wanted, tolerance, signal, report }: ComponentOptions,
): Promise<Components> {
  const { count, mean, variance } = await meanOf(rows, signal);
  const random = randomNumbers(SEED);
  const known: Float64Array[] = [];
  const images: Float64Array[] = [];
  let next = Array.from({ length: ABREAST }, () =>
    Float64Array.from({ length: rows.length }, () => random() - 0.5),
  );
  let begun: number | undefined;
  for (;;) {
    const added = orthonormal(next, known);
    known.push(...added);
    if (added.length > 0) {
      images.push(...(await covarianceTimes(rows, added, { count, mean }, signal)));
    }
    const pairs = symmetricEigen(known.map((one) => Float64Array.from(images, (image) => dot(one, image))));
    const largest = Math.max(0, pairs[0]?.value ?? 0);
    const best = pairs.slice(0, wanted + ABREAST);
    const directions = best.map(({ vector }) => combined(known, vector, rows.length));
    const imagesOf = best.map(({ vector }) => combined(images, vector, rows.length));
    const residuals = imagesOf.map((image, at) =>
      image.map((number, place) => number - (best[at]?.value ?? 0) * (directions[at]?.[place] ?? 0)),
    );
    const errors = residuals.map((residual) => Math.sqrt(dot(residual, residual)) / (largest || 1));
    const worst = Math.max(...errors.slice(0, wanted));
    if (added.length === 0 || worst <= tolerance) {
      const found = pairs.filter(({ value }) => value > NOTHING * largest).length;
      return {
        ...{ count, mean, variance },
        directions: directions.slice(0, Math.min(wanted, found)).map(upright),
        variances: pairs.slice(0, Math.min(wanted, found)).map(({ value }) => value),
      };
    }
    begun ??= worst;
    report(Math.max(0, Math.min(1, Math.log(worst / begun) / Math.log(tolerance / begun))));
    next = residuals.filter((_, at) => (errors[at] ?? 0) > tolerance).slice(0, ABREAST);
    if (known.length > wanted + BESIDE) {
      known.splice(0, known.length, ...directions);
      images.splice(0, images.length, ...imagesOf);
    }
  }
}

/** Photos and where their vectors lie along directions. */
export interface Along {
  readonly photos: readonly number[];
  /** [photos, directions], from the mean. */
  readonly numbers: Float64Array;
}

/** Where vectors lie along the directions; those with NaN or infinities are left out. */
export function alongComponents({ numbers, length, photos }: Vectors, components: Components): Along {
  const { directions, mean } = components;
  const reader = new RowReader(length);
  const rows = [...photos.keys()].filter((row) => reader.read(numbers, row));
  const along = new Float64Array(rows.length * directions.length);
  for (let first = 0; first < directions.length; first += ABREAST) {
    const some = directions.slice(first, first + ABREAST);
    const panel = sideBySide(some, length);
    const middle = some.map((direction) => dot(direction, mean));
    const products = new Float64Array(ABREAST);
    rows.forEach((row, place) => {
      reader.read(numbers, row);
      reader.multiply(panel, products);
      middle.forEach((shift, lane) => {
        along[place * directions.length + first + lane] = (products[lane] ?? 0) - shift;
      });
    });
  }
  return { photos: rows.map((row) => photos[row] ?? -1), numbers: along };
}

async function meanOf(
  rows: VectorRows,
  signal: AbortSignal,
): Promise<Pick<Components, 'count' | 'mean' | 'variance'>> {
  const mean = new Float64Array(rows.length);
  let [count, squares] = [0, 0];
  const reader = new RowReader(rows.length);
  for await (const { numbers, photos } of rows.blocks()) {
    throwIfCancelled(signal);
    for (let row = 0; row < photos.length; row++) {
      if (reader.read(numbers, row)) {
        count++;
        squares += reader.addTo(mean);
      }
    }
    await turn();
  }
  mean.forEach((sum, at) => (mean[at] = sum / Math.max(1, count)));
  const variance = (squares - count * dot(mean, mean)) / Math.max(1, count - 1);
  return { count, mean, variance: Math.max(0, variance) };
}

/** The covariance times up to eight vectors: each row's products with them, times the row, summed up. */
async function covarianceTimes(
  rows: VectorRows,
  vectors: readonly Float64Array[],
  { count, mean }: Pick<Components, 'count' | 'mean'>,
  signal: AbortSignal,
): Promise<readonly Float64Array[]> {
  const panel = sideBySide(vectors, rows.length);
  const middle = Float64Array.from({ length: ABREAST }, (_, lane) => dot(vectors[lane] ?? [], mean));
  const sums = new Float64Array(panel.length);
  const products = new Float64Array(ABREAST);
  const all = new Float64Array(ABREAST);
  const reader = new RowReader(rows.length);
  for await (const { numbers, photos } of rows.blocks()) {
    throwIfCancelled(signal);
    for (let row = 0; row < photos.length; row++) {
      if (reader.read(numbers, row)) {
        reader.multiply(panel, products);
        products.forEach((product, lane) => {
          products[lane] = product - (middle[lane] ?? 0);
          all[lane] = (all[lane] ?? 0) + (products[lane] ?? 0);
        });
        reader.spread(products, sums);
      }
    }
    await turn();
  }
  const divisor = Math.max(1, count - 1);
  return vectors.map((_, lane) =>
    mean.map((middleOf, at) => ((sums[at * ABREAST + lane] ?? 0) - middleOf * (all[lane] ?? 0)) / divisor),
  );
}

/** What is new in vectors beside orthonormal ones, itself orthonormal; fewer where some have nothing new. */
function orthonormal(vectors: readonly Float64Array[], known: readonly Float64Array[]): Float64Array[] {
  const added: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = vector.slice();
    const before = Math.sqrt(dot(rest, rest));
    // Once more takes away what rounding has left.
    for (let time = 0; time < 2; time++) {
      for (const one of [...known, ...added]) {
        const share = dot(one, rest);
        one.forEach((value, at) => (rest[at] = (rest[at] ?? 0) - share * value));
      }
    }
    const length = Math.sqrt(dot(rest, rest));
    if (length > NOTHING * before) {
      added.push(rest.map((value) => value / length));
    }
  }
  return added;
}

function combined(vectors: readonly Float64Array[], shares: Float64Array, length: number): Float64Array {
  const sum = new Float64Array(length);
  vectors.forEach((vector, each) => {
    const share = shares[each] ?? 0;
    for (let at = 0; at < length; at++) {
      sum[at] = (sum[at] as number) + share * (vector[at] as number);
    }
  });
  return sum;
}

/** The direction or its reverse: that whose largest coefficient is positive. */
function upright(direction: Float64Array): Float64Array {
  const largest = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? direction.map((value) => -value) : direction;
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) {
    sum += (a[at] as number) * (b[at] as number);
  }
  return sum;
}
