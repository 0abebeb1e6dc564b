/** The order of a sweep. */

import { describe, expect, it } from 'vitest';

import { positionGrid } from '../../../../src/core/occlusion/positions.js';
import type { Position } from '../../../../src/core/occlusion/positions.js';
import { Refinement } from '../../../../src/core/occlusion/refinement.js';

const grid = positionGrid(96, 80, 16, 4);
const unknown = (): Float32Array => new Float32Array(grid.positions.length).fill(NaN);
const alone = (positions: readonly Position[]): Position[][] => positions.map((position) => [position]);
/** Positions of equal remainders together, at most five of them. */
const bunched = (positions: readonly Position[]): Position[][] => {
  const groups = new Map<number, Position[]>();
  positions.forEach((position) => {
    const key = (position.top % 8) + (position.left % 16);
    groups.set(key, [...(groups.get(key) ?? []), position]);
  });
  return [...groups.values()].flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / 5) }, (_, at) => group.slice(5 * at, 5 * at + 5)),
  );
};

function all(count: number, bunches: typeof alone): number[][] {
  const order = new Refinement(grid);
  const taken: number[][] = [];
  for (let next = order.take(count, unknown(), bunches); next.length > 0;) {
    taken.push([...next]);
    next = order.take(count, unknown(), bunches);
  }
  return taken;
}

describe('Refinement', () => {
  it.each([
    ['one by one', 1, alone],
    ['alone', 12, alone],
    ['in bunches', 12, bunched],
    ['in bunches larger than what is taken', 3, bunched],
  ])('takes each position once, %s', (_, count, bunches) => {
    const taken = all(count, bunches);
    expect(taken.every(({ length }) => length <= count)).toBe(true);
    expect(taken.flat().sort((a, b) => a - b)).toEqual([...grid.positions.keys()]);
  });

  it('ends a coarse pass before a finer one begins', () => {
    const first = new Refinement(grid).firstPass;
    const order = all(12, bunched).flat();
    const isCoarse = (index: number): boolean =>
      Math.floor(index / grid.columns) % 8 === 0 && (index % grid.columns) % 8 === 0;
    expect(order.slice(0, first).every(isCoarse)).toBe(true);
  });

  it('does not split what is run together', () => {
    const order = new Refinement(grid);
    order.take(order.firstPass, unknown(), bunched);
    const taken = order.take(12, unknown(), bunched);
    const parts = bunched(taken.flatMap((index) => grid.positions[index] ?? []));
    expect(taken.length).toBeGreaterThan(5);
    expect(parts.filter(({ length }) => length < 5).length).toBeLessThanOrEqual(1);
  });

  it('begins where the picture changes most', () => {
    const order = new Refinement(grid);
    const values = unknown();
    order.take(order.firstPass, values, alone).forEach((index) => (values[index] = 0));
    const corner = 16 * grid.columns + 8;
    values[corner] = 1;
    const [next = -1] = order.take(1, values, bunched);
    const [row, column] = [Math.floor(next / grid.columns), next % grid.columns];
    expect(Math.max(Math.abs(row - 16), Math.abs(column - 8))).toBeLessThanOrEqual(4);
  });
});
