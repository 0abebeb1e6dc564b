/** Rows of float16 vectors, read to be multiplied by eight vectors at once. */

import { halfValues } from './neighbours.js';

/** Vectors that a row is multiplied by in one go: its eight sums stay in registers. */
export const ABREAST = 8;

/** The numbers of one row that are not zero: rectified features mostly are. */
export class RowReader {
  private readonly places: Int32Array;
  private readonly values: Float64Array;
  private filled = 0;

  constructor(private readonly length: number) {
    this.places = new Int32Array(length);
    this.values = new Float64Array(length);
  }

  /** @returns false where one of them is NaN or infinite */
  read(numbers: Uint16Array, row: number): boolean {
    const halves = halfValues();
    const { places, values, length } = this;
    const begin = row * length;
    let filled = 0;
    let sum = 0;
    for (let at = 0; at < length; at++) {
      const value = halves[numbers[begin + at] as number] as number;
      if (value !== 0) {
        places[filled] = at;
        values[filled++] = value;
        sum += value - value;
      }
    }
    this.filled = filled;
    return sum === 0;
  }

  /** @returns the sum of the squares */
  addTo(sums: Float64Array): number {
    let squares = 0;
    for (let each = 0; each < this.filled; each++) {
      const value = this.values[each] as number;
      (sums[this.places[each] as number] as number) += value;
      squares += value * value;
    }
    return squares;
  }

  /** Products with eight vectors that lie side by side. */
  multiply(panel: Float64Array, products: Float64Array): void {
    const { places, values, filled } = this;
    let sumA = 0;
    let sumB = 0;
    let sumC = 0;
    let sumD = 0;
    let sumE = 0;
    let sumF = 0;
    let sumG = 0;
    let sumH = 0;
    for (let each = 0; each < filled; each++) {
      const value = values[each] as number;
      const at = (places[each] as number) * ABREAST;
      sumA += value * (panel[at] as number);
      sumB += value * (panel[at + 1] as number);
      sumC += value * (panel[at + 2] as number);
      sumD += value * (panel[at + 3] as number);
      sumE += value * (panel[at + 4] as number);
      sumF += value * (panel[at + 5] as number);
      sumG += value * (panel[at + 6] as number);
      sumH += value * (panel[at + 7] as number);
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

  /** Adds the row, times each of eight factors, to eight sums that lie side by side. */
  spread(factors: Float64Array, sums: Float64Array): void {
    const { places, values, filled } = this;
    const a = factors[0] as number;
    const b = factors[1] as number;
    const c = factors[2] as number;
    const d = factors[3] as number;
    const e = factors[4] as number;
    const f = factors[5] as number;
    const g = factors[6] as number;
    const h = factors[7] as number;
    for (let each = 0; each < filled; each++) {
      const value = values[each] as number;
      const at = (places[each] as number) * ABREAST;
      sums[at] = (sums[at] as number) + a * value;
      sums[at + 1] = (sums[at + 1] as number) + b * value;
      sums[at + 2] = (sums[at + 2] as number) + c * value;
      sums[at + 3] = (sums[at + 3] as number) + d * value;
      sums[at + 4] = (sums[at + 4] as number) + e * value;
      sums[at + 5] = (sums[at + 5] as number) + f * value;
      sums[at + 6] = (sums[at + 6] as number) + g * value;
      sums[at + 7] = (sums[at + 7] as number) + h * value;
    }
  }
}

/** Up to eight vectors with their first numbers side by side, then their second ones, and so on; zeros where there are fewer. */
export function sideBySide(vectors: readonly Float64Array[], length: number): Float64Array {
  const panel = new Float64Array(length * ABREAST);
  vectors.forEach((vector, lane) => {
    vector.forEach((value, at) => (panel[at * ABREAST + lane] = value));
  });
  return panel;
}
