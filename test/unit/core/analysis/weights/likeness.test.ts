import { afterAll, beforeAll, expect, it } from 'vitest';

import { likeness } from '../../../../../src/core/analysis/weights/likeness.js';
import { floatTensor } from '../../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../../src/runtime/client.js';
import { startTestEngine } from '../../../runtime/testEngine.js';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

/** A kernel of two weights, `degrees` from the first axis. */
function towards(degrees: number, length = 1): [number, number] {
  const angle = (degrees * Math.PI) / 180;
  return [length * Math.cos(angle), length * Math.sin(angle)];
}

it('finds the pairs with an angle up to the given one, whatever their lengths, and all norms', async () => {
  const kernels = [
    towards(0),
    towards(90, 3),
    towards(10, 1e-3),
    towards(95, 200),
    towards(180),
    towards(20),
  ];
  const weights = floatTensor([kernels.length, 1, 1, 2], kernels.flat());
  const { norms, pairs } = await likeness(engine, weights, Math.cos((12 * Math.PI) / 180));
  expect([...norms].map((norm) => Number(norm.toPrecision(6)))).toEqual([1, 3, 1e-3, 200, 1, 1]);
  expect(pairs.map(({ first, second }) => [first, second])).toEqual([
    [0, 2],
    [1, 3],
    [2, 5],
  ]);
  const angles = pairs.map(({ cosine }) => (Math.acos(cosine) * 180) / Math.PI);
  expect(angles.map((angle) => Number(angle.toFixed(2)))).toEqual([10, 5, 10]);
});

it('leaves out kernels without a direction', async () => {
  const rows = [
    [1, 2, 3],
    [0, 0, 0],
    [NaN, 2, 3],
    [Infinity, 2, 3],
    [0, 0, 0],
    [2, 4, 6],
  ];
  const { norms, pairs } = await likeness(engine, floatTensor([6, 3], rows.flat()), 0.98);
  expect(pairs.map(({ first, second }) => [first, second])).toEqual([[0, 5]]);
  expect([...norms.subarray(1, 5)]).toEqual([0, NaN, Infinity, 0]);
});

it('finds no pairs where kernels have a single weight, are alone, or are none', async () => {
  const single = await likeness(engine, floatTensor([3, 1, 1, 1], [1, -2, 3]), 0.98);
  expect(single).toEqual({ norms: Float32Array.of(1, 2, 3), pairs: [] });
  expect((await likeness(engine, floatTensor([1, 2], [3, 4]), 0.98)).pairs).toEqual([]);
  expect(await likeness(engine, floatTensor([0, 2], []), 0.98)).toEqual({
    norms: new Float32Array(0),
    pairs: [],
  });
});

it('can be cancelled', async () => {
  const signal = AbortSignal.abort();
  await expect(likeness(engine, floatTensor([1, 2], [3, 4]), 0.98, { signal })).rejects.toThrow(/cancelled/i);
});
