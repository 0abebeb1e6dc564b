import { expect, it, test } from 'vitest';

import { backward, f32, gradientError, i64, int, ints, noise, oneNode } from '../harness.js';

test('ReduceMean gives each element its part of the signal', async () => {
  const spec = oneNode('ReduceMean', f32([2, 2], [1, 2, 3, 4]), { attributes: { axes: ints([1]) } });
  expect([...(await backward(spec, f32([2, 1], [6, -2]))).data]).toEqual([3, 3, -1, -1]);
});

test('ReduceSum gives each element the whole signal, also where the axis is gone', async () => {
  const attributes = { axes: ints([-2]), keepdims: int(0) };
  const spec = oneNode('ReduceSum', f32([2, 2], [1, 2, 3, 4]), { attributes, opset: 11 });
  for (const method of ['gradient', 'deconvnet', 'guided'] as const) {
    const { data } = await backward({ ...spec, method }, f32([2], [6, -2]));
    expect([...data]).toEqual([6, -2, 6, -2]);
  }
});

test.each([
  ['ReduceMax', [1, 5, 2, 2], [0, 6, -1, -1]],
  ['ReduceMin', [1, 5, 2, 2], [6, 0, -1, -1]],
])('%s sends the signal to the elements that it found, in equal parts', async (opType, x, expected) => {
  const spec = oneNode(opType, f32([2, 2], x), { attributes: { axes: ints([1]) } });
  expect([...(await backward(spec, f32([2, 1], [6, -2]))).data]).toEqual(expected);
});

test('ReduceL2 gives each element its share of the length, and nothing where the length is 0', async () => {
  const spec = oneNode('ReduceL2', f32([2, 2], [3, 4, 0, 0]), { attributes: { axes: ints([1]) } });
  const { data } = await backward(spec, f32([2, 1], [10, 7]));
  [6, 8, 0, 0].forEach((value, index) => expect(data[index]).toBeCloseTo(value, 5));
});

type Options = Parameters<typeof oneNode>[2];

it.each<[string, string, number, Options]>([
  ['ReduceMean', 'axes as attribute', 17, { attributes: { axes: ints([-1, 0]), keepdims: int(0) } }],
  ['ReduceMean', 'all axes', 17, {}],
  ['ReduceMean', 'axes as input', 18, { constants: { axes: i64(1) }, attributes: { keepdims: int(0) } }],
  ['ReduceMean', 'all axes, none kept', 18, { attributes: { keepdims: int(0) } }],
  ['ReduceMean', 'no axes, which means none', 18, { attributes: { noop_with_empty_axes: int(1) } }],
  ['ReduceSum', 'axes as attribute', 11, { attributes: { axes: ints([1, 2]) } }],
  ['ReduceSum', 'axes as input', 13, { constants: { axes: i64(-2) }, attributes: { keepdims: int(0) } }],
  [
    'ReduceSum',
    'empty axes, which means none',
    13,
    { constants: { axes: i64() }, attributes: { noop_with_empty_axes: int(1) } },
  ],
  ['ReduceSumSquare', 'axes as attribute', 13, { attributes: { axes: ints([1]) } }],
  ['ReduceSumSquare', 'axes as input', 18, { constants: { axes: i64(0, 2) } }],
  ['ReduceSum', 'empty axes, which means all', 13, { constants: { axes: i64() } }],
])('%s with %s (opset %i) agrees with finite differences', async (opType, _, opset, options) => {
  expect(await gradientError(oneNode(opType, noise([2, 3, 4]), { ...options, opset }), 0.1)).toBeLessThan(
    1e-4,
  );
});

// A short step, so that no other element becomes the largest within it.
it.each<[string, string, number, Options]>([
  ['ReduceMax', 'axes as input', 18, { constants: { axes: i64(-1, 0) }, attributes: { keepdims: int(0) } }],
  ['ReduceMax', 'all axes', 13, {}],
  ['ReduceMin', 'axes as attribute', 13, { attributes: { axes: ints([2]), keepdims: int(0) } }],
  ['ReduceMin', 'no axes, which means none', 18, { attributes: { noop_with_empty_axes: int(1) } }],
])('%s with %s (opset %i) agrees with finite differences', async (opType, _, opset, options) => {
  expect(await gradientError(oneNode(opType, noise([2, 3, 4]), { ...options, opset }), 1e-3)).toBeLessThan(
    1e-2,
  );
});
