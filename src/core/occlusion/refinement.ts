/** The order of a sweep: a coarse picture first, then finer ones, each beginning where the picture changes most. */

import type { PositionGrid } from './positions.js';
import { passesOf } from './positions.js';

export class Refinement {
  /** Indices of positions that are still to come, by pass. */
  private readonly waiting: { readonly step: number; indices: number[] }[];

  constructor(private readonly grid: PositionGrid) {
    this.waiting = passesOf(grid).map(({ step, indices }) => ({ step, indices: [...indices] }));
  }

  /** How many positions make the first picture. */
  get firstPass(): number {
    return this.waiting[0]?.indices.length ?? 0;
  }

  /**
   * The next positions, at most `count`; none when all have been taken.
   * @param values of the positions computed so far, NaN elsewhere
   */
  take(count: number, values: Float32Array): readonly number[] {
    const taken: number[] = [];
    for (const pass of this.waiting) {
      if (taken.length === count) {
        break;
      }
      const changes = new Map(pass.indices.map((index) => [index, this.changeAt(index, pass.step, values)]));
      // Sorting is stable, so what is equal keeps its order.
      const sorted = [...pass.indices].sort((a, b) => (changes.get(b) ?? 0) - (changes.get(a) ?? 0));
      taken.push(...sorted.slice(0, count - taken.length));
      const done = new Set(taken);
      pass.indices = pass.indices.filter((index) => !done.has(index));
    }
    while (this.waiting[0]?.indices.length === 0) {
      this.waiting.shift();
    }
    return taken;
  }

  /** The range of the values around a position; 0 where nothing is computed. */
  private changeAt(index: number, step: number, values: Float32Array): number {
    const { rows, columns } = this.grid;
    const [row, column] = [Math.floor(index / columns), index % columns];
    let [low, high] = [Infinity, -Infinity];
    for (const y of [row - step, row, row + step]) {
      for (const x of [column - step, column, column + step]) {
        const value = y >= 0 && y < rows && x >= 0 && x < columns ? (values[y * columns + x] ?? NaN) : NaN;
        if (!Number.isNaN(value)) {
          low = Math.min(low, value);
          high = Math.max(high, value);
        }
      }
    }
    return Math.max(0, high - low);
  }
}
