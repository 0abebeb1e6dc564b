import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { ModelStep } from '../../../../src/core/engine.js';
import { countsStep, mapsStep, strongestStep, sumsStep } from '../../../../src/core/network/reducers.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import type { Tensor } from '../../../../src/core/tensor.js';
import { randomNumbers } from '../../../../src/core/random.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

async function outputs(step: ModelStep): Promise<Record<string, number[]>> {
  const [result = {}] = await engine.run([step]);
  return Object.fromEntries(
    Object.entries(result).map(([name, { data }]) => [name, Array.from(data as ArrayLike<number>, Number)]),
  );
}

const of = (shape: number[], values: number[]): { of: Tensor; dtype: 'float32' } => ({
  of: floatTensor(shape, values),
  dtype: 'float32',
});

it('sums each map, and a layer without positions', async () => {
  const maps = of([1, 3, 2, 2], [1, 2, 3, 4, -1, 1, 0.5, 0.25, 0, 0, 0, 0]);
  expect(await outputs(sumsStep(maps))).toEqual({ sums: [10, 0.75, 0] });
  expect(await outputs(sumsStep(of([1, 2], [3, -4])))).toEqual({ sums: [3, -4] });
});

describe('the largest value of each map', () => {
  it('is the first of equal ones, row by row', async () => {
    const maps = of([1, 3, 2, 2], [1, 5, 5, 2, -1, -1, -1, -1, 0, -0, 0, 0]);
    expect(await outputs(strongestStep(maps))).toEqual({ largest: [5, -1, 0], places: [1, 0, 0] });
  });

  it('is NaN only where there is nothing else', async () => {
    const maps = of([1, 3, 1, 3], [NaN, -2, -1, NaN, NaN, NaN, -Infinity, NaN, Infinity]);
    expect(await outputs(strongestStep(maps))).toEqual({
      largest: [-1, NaN, Infinity],
      places: [2, 0, 2],
    });
  });

  it('is found among any number of positions, whatever is equal', async () => {
    const random = randomNumbers(7);
    for (const length of [1, 2, 7, 8, 9, 31, 33, 100, 1025]) {
      const maps = Array.from({ length: 40 * length }, () => Math.floor(random() * 5));
      const { places, largest } = await outputs(strongestStep(of([1, 40, length], maps)));
      for (let map = 0; map < 40; map++) {
        const values = maps.slice(map * length, (map + 1) * length);
        const most = Math.max(...values);
        expect([largest?.[map], places?.[map]]).toEqual([most, values.indexOf(most)]);
      }
    }
  });

  it('is each class of a layer without positions, in any floating-point type', async () => {
    expect(await outputs(strongestStep(of([1, 3], [3, 1, 2])))).toEqual({
      largest: [3, 1, 2],
      places: [0, 0, 0],
    });
    // 1, 2 and -1 in float16.
    const half: Tensor = { dtype: 'float16', shape: [1, 1, 3], data: Uint16Array.of(0x3c00, 0x4000, 0xbc00) };
    const double: Tensor = { dtype: 'float64', shape: [1, 1, 3], data: Float64Array.of(1, 2, -1) };
    for (const each of [half, double]) {
      const found = await outputs(strongestStep({ of: each, dtype: each.dtype }));
      expect(found).toEqual({ largest: [2], places: [1] });
    }
  });
});

it('zeros are counted, and what lies beyond two limits', async () => {
  const maps = of([1, 2, 2, 2], [0, -0, 1, -3, NaN, 2, 2.5, 0]);
  expect(await outputs(countsStep(maps, -1, 2))).toEqual({ zeros: [2, 1], beyond: [1, 1], size: [2, 4] });
});

it('some maps come whole, in the order in which they are asked for', async () => {
  const maps = of([1, 3, 1, 2], [1, 2, 3, 4, 5, 6]);
  expect(await outputs(mapsStep(maps, [2, 0]))).toEqual({ chosen: [5, 6, 1, 2] });
});
