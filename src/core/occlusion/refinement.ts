/**
 * The order of a sweep: a coarse picture first, then finer ones, each beginning where the picture changes most and
 * taking along what is cheap together with it.
 */

import type { Position, PositionGrid } from './positions.js';
import { passesOf } from './positions.js';

export class Refinement {
  /** Indices of positions that are still to come, by pass. */
  private readonly waiting: { readonly step: number; indices: number[] }[];

  /** @param done 1 where a position is known from before */
  constructor(
    private readonly grid: PositionGrid,
    done?: Uint8Array,
  ) {
    this.waiting = passesOf(grid)
      .map(({ step, indices }) => ({ step, indices: indices.filter((index) => done?.[index] !== 1) }))
      .filter(({ indices }) => indices.length > 0);
  }

  /** How many positions make the first picture. */
  get firstPass(): number {
    return this.waiting[0]?.indices.length ?? 0;
  }

  /**
   * The next positions, at most `count`; none when all have been taken.
   * @param values of the positions computed so far, NaN elsewhere
   * @param bunches splits positions, given in the order in which they are wanted, into what is run together
   */
  take(
    count: number,
    values: Float32Array,
    bunches: (positions: readonly Position[]) => readonly (readonly Position[])[],
  ): readonly number[] {
    const taken: number[] = [];
    for (const pass of this.waiting) {
      const changes = new Map(pass.indices.map((index) => [index, this.changeAt(index, pass.step, values)]));
      const changeOf = (index = -1): number => changes.get(index) ?? 0;
      // Sorting is stable, so what is equal keeps its order.
      const sorted = [...pass.indices].sort((a, b) => changeOf(b) - changeOf(a));
      const together = bunches(sorted.flatMap((index) => this.grid.positions[index] ?? []))
        .map((bunch) => bunch.map((position) => this.indexOf(position)))
        .sort(([a], [b]) => changeOf(b) - changeOf(a));
      for (const bunch of together) {
        // Half a bunch costs nearly as much as a whole one, so it rather waits; but something has to be taken.
        if (taken.length === 0 || taken.length + bunch.length <= count) {
          taken.push(...bunch.slice(0, count));
        }
      }
      const done = new Set(taken);
      pass.indices = pass.indices.filter((index) => !done.has(index));
      if (pass.indices.length > 0) {
        break;
      }
    }
    while (this.waiting[0]?.indices.length === 0) {
      this.waiting.shift();
    }
    return taken;
  }

  private indexOf({ top, left }: Position): number {
    return (top * this.grid.columns + left) / this.grid.stride;
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
