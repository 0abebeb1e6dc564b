/** Which points are nearest to each of many points? Exact, among all of them at once. */

import { setImmediate as turn } from 'node:timers/promises';

import { throwIfCancelled } from '../../errors.js';

/** The nearest to each point, itself among them as the first, at distance 0. */
export interface NeighbourGraph {
  readonly count: number;
  /** [points, count]: the nearest first. */
  readonly points: Int32Array;
  readonly distances: Float32Array;
}

/** Points whose distances to one other are computed side by side: they share its numbers. */
const ABREAST = 4;
/** Points that fit into the processor's cache with their numbers. */
const TILE = 256;

/**
 * @param numbers [points, length]
 * @param count neighbours of each point, itself among them; no more than there are points
 */
export async function neighbourGraph(
  numbers: Float32Array,
  length: number,
  count: number,
  { signal, report }: { readonly signal: AbortSignal; readonly report: (share: number) => void },
): Promise<NeighbourGraph> {
  const size = numbers.length / length;
  const nearest = new NearestOfAll(size, count);
  const squares = Float64Array.from({ length: size }, (_, at) => square(numbers, at * length, length));
  const products = new Float64Array(ABREAST);
  const tiles = Math.ceil(size / TILE);
  for (let one = 0; one < tiles; one++) {
    for (let other = one; other < tiles; other++) {
      const [from, to] = [other * TILE, Math.min(size, (other + 1) * TILE)];
      for (let a = one * TILE; a < Math.min(size, (one + 1) * TILE); a++) {
        const own = squares[a] as number;
        for (let b = Math.max(a + 1, from); b < to; b += ABREAST) {
          multiply(numbers, length, a, b, size - 1, products);
          for (let lane = 0; lane < ABREAST && b + lane < to; lane++) {
            const distance = own + (squares[b + lane] as number) - 2 * (products[lane] as number);
            nearest.consider(a, b + lane, distance);
            nearest.consider(b + lane, a, distance);
          }
        }
      }
      throwIfCancelled(signal);
    }
    // Tiles before the diagonal are done by symmetry, so that the first rows of tiles are the long ones.
    const rest = (tiles - one - 1) / tiles;
    report(1 - rest * rest);
    await turn();
  }
  return nearest.graph();
}

/** Products of a point with four others; the last one there is stands for those that are missing. */
function multiply(
  numbers: Float32Array,
  length: number,
  point: number,
  other: number,
  last: number,
  products: Float64Array,
): void {
  const own = point * length;
  const a = other * length;
  const b = Math.min(last, other + 1) * length;
  const c = Math.min(last, other + 2) * length;
  const d = Math.min(last, other + 3) * length;
  let sumA = 0;
  let sumB = 0;
  let sumC = 0;
  let sumD = 0;
  for (let at = 0; at < length; at++) {
    const value = numbers[own + at] as number;
    sumA += value * (numbers[a + at] as number);
    sumB += value * (numbers[b + at] as number);
    sumC += value * (numbers[c + at] as number);
    sumD += value * (numbers[d + at] as number);
  }
  products[0] = sumA;
  products[1] = sumB;
  products[2] = sumC;
  products[3] = sumD;
}

function square(numbers: Float32Array, begin: number, length: number): number {
  let sum = 0;
  for (let at = begin; at < begin + length; at++) {
    sum += (numbers[at] as number) ** 2;
  }
  return sum;
}

/** The nearest to every point so far, in rising order; of equal distances the point with the lower number comes first. */
class NearestOfAll {
  private readonly points: Int32Array;
  private readonly squares: Float64Array;

  constructor(
    size: number,
    private readonly count: number,
  ) {
    this.points = new Int32Array(size * count).fill(-1);
    this.squares = new Float64Array(size * count).fill(Infinity);
    for (let point = 0; point < size; point++) {
      this.points[point * count] = point;
      this.squares[point * count] = -Infinity;
    }
  }

  consider(point: number, other: number, square: number): void {
    const { points, squares, count } = this;
    const first = point * count;
    let at = first + count - 1;
    if (square >= (squares[at] as number)) {
      return;
    }
    while (square < (squares[at - 1] as number)) {
      squares[at] = squares[at - 1] as number;
      points[at] = points[at - 1] as number;
      at--;
    }
    squares[at] = square;
    points[at] = other;
  }

  graph(): NeighbourGraph {
    const distances = Float32Array.from(this.squares, (square) => Math.sqrt(Math.max(0, square)));
    return { count: this.count, points: this.points, distances };
  }
}
