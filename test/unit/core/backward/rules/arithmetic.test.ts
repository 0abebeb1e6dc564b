import { describe, expect, it, test } from 'vitest';

import type { Method } from '../../../../../src/core/backward/rule.js';
import type { Tensor } from '../../../../../src/core/tensor.js';
import { expectClose } from '../expectClose.js';
import { backward, f32, gradientError, i64, noise, oneNode } from '../harness.js';
import type { Case, NodeSpec } from '../harness.js';

/** Numbers in (0.5, 1.5): away from the poles of Div, Log and Sqrt. */
const positive = (shape: readonly number[], seed?: number): Tensor => {
  const { data } = noise(shape, seed);
  return f32(
    shape,
    [...data].map((value) => 1 + value / 2),
  );
};
const nodes = (...list: NodeSpec[]): NodeSpec[] => list;
const METHODS: readonly Method[] = ['gradient', 'deconvnet', 'guided'];

interface Example {
  readonly name: string;
  readonly spec: Case;
  readonly signal: Tensor;
  readonly expected: readonly number[];
}

const x2 = f32([2], [2, -4]);
const b2 = f32([2], [8, 0.5]);
const s2 = f32([2], [3, -1]);
const binary = (opType: string, side: 0 | 1, x = x2, b = b2): Case => ({
  nodes: nodes({ opType, inputs: side === 0 ? ['x', 'b'] : ['b', 'x'] }),
  x,
  constants: { b },
});

const EXAMPLES: readonly Example[] = [
  { name: 'Add', spec: binary('Add', 0), signal: s2, expected: [3, -1] },
  { name: 'Sub, a', spec: binary('Sub', 0), signal: s2, expected: [3, -1] },
  { name: 'Sub, b', spec: binary('Sub', 1), signal: s2, expected: [-3, 1] },
  { name: 'Mul', spec: binary('Mul', 0), signal: s2, expected: [24, -0.5] },
  { name: 'Mul, b', spec: binary('Mul', 1), signal: s2, expected: [24, -0.5] },
  { name: 'Div, a', spec: binary('Div', 0), signal: s2, expected: [3 / 8, -2] },
  { name: 'Div, b', spec: binary('Div', 1), signal: s2, expected: [(-3 * 8) / 4, 0.5 / 16] },
  { name: 'Neg', spec: oneNode('Neg', x2), signal: s2, expected: [-3, 1] },
  {
    name: 'Abs',
    spec: oneNode('Abs', f32([3], [2, 0, -4])),
    signal: f32([3], [3, 5, -1]),
    expected: [3, 0, 1],
  },
  { name: 'Sqrt', spec: oneNode('Sqrt', f32([2], [4, 0.25])), signal: s2, expected: [0.75, -1] },
  { name: 'Exp', spec: oneNode('Exp', x2), signal: s2, expected: [3 * Math.E ** 2, -(Math.E ** -4)] },
  { name: 'Log', spec: oneNode('Log', f32([2], [4, 0.25])), signal: s2, expected: [0.75, -4] },
  { name: 'Reciprocal', spec: oneNode('Reciprocal', x2), signal: s2, expected: [-0.75, 1 / 16] },
  {
    name: 'Erf',
    spec: oneNode('Erf', f32([2], [0, 1])),
    signal: f32([2], [1, 1]),
    expected: [2 / Math.sqrt(Math.PI), 2 / Math.sqrt(Math.PI) / Math.E],
  },
  {
    name: 'Pow with exponent 2',
    spec: oneNode('Pow', x2, { constants: { e: f32([], [2]) } }),
    signal: s2,
    expected: [12, 8],
  },
  {
    name: 'Pow with exponent -0.75 (as in local response normalisation)',
    spec: oneNode('Pow', f32([2], [1, 16]), { constants: { e: f32([], [-0.75]) } }),
    signal: s2,
    expected: [-2.25, 0.75 / 128],
  },
  {
    name: 'Pow with a whole number as exponent',
    spec: oneNode('Pow', x2, { constants: { e: i64(3) } }),
    signal: s2,
    expected: [36, -48],
  },
  {
    name: 'Pow with an exponent for each element, at 0 too',
    spec: oneNode('Pow', f32([5], [0, 0, 0, -2, 3]), { constants: { e: f32([5], [0, 1, 2, 3, 0]) } }),
    signal: f32([5], [1, 1, 1, 1, 1]),
    expected: [0, 1, 0, 12, 0],
  },
  {
    name: 'Pow, exponent, at 0 too',
    spec: binary('Pow', 1, f32([3], [2, 3, 0]), f32([3], [Math.E, 0, 0])),
    signal: f32([3], [1, 1, 1]),
    expected: [Math.E ** 2, 0, 0],
  },
  {
    name: 'Max of three, ties shared',
    spec: oneNode('Max', f32([4], [1, 2, 3, 3]), {
      constants: { b: f32([4], [0, 2, 4, 3]), c: f32([], [0.5]), d: f32([1], [3]) },
    }),
    signal: f32([4], [6, 6, 6, 6]),
    expected: [0, 0, 0, 2],
  },
  {
    name: 'Min, ties shared',
    spec: oneNode('Min', f32([3], [1, 2, 3]), { constants: { b: f32([3], [2, 2, 2]) } }),
    signal: f32([3], [6, 6, 6]),
    expected: [6, 3, 0],
  },
  {
    name: 'the same tensor on both sides',
    spec: { nodes: nodes({ opType: 'Mul', inputs: ['x', 'x'] }), x: x2 },
    signal: s2,
    expected: [12, 8],
  },
];

describe('element-wise operators', () => {
  it.each(EXAMPLES)('$name: the signal by hand, in every method', async ({ spec, signal, expected }) => {
    for (const method of METHODS) {
      const result = await backward(
        { ...spec, method },
        f32(signal.shape, [...(signal.data as Float32Array)]),
      );
      expectClose(result.data, expected, 1e-4);
    }
  });

  it.each([
    ['Add', [1, 3, 1, 1], [2, 3, 4, 5]],
    ['Sub', [3, 1, 5], [2, 3, 4, 5]],
    ['Mul', [], [2, 3]],
    ['Mul', [2, 1, 4], [3, 1]],
    ['Div', [1, 3, 1], [2, 3, 4]],
    ['Div', [2, 3, 4], [3, 1]],
    ['Pow', [1, 3, 1], [2, 3, 4]],
    ['Max', [3, 1], [2, 1, 4]],
    ['Min', [4], [2, 3, 4]],
    ['Sum', [2, 1], [1, 3]],
  ] as const)('%s broadcasts %j against %j, from either side', async (opType, xShape, bShape) => {
    const constants = { b: positive(bShape, 5) };
    const x = positive(xShape, 9);
    for (const inputs of [
      ['x', 'b'],
      ['b', 'x'],
    ]) {
      expect(await gradientError({ nodes: nodes({ opType, inputs }), x, constants })).toBeLessThan(5e-3);
    }
  });

  it.each(['Neg', 'Abs', 'Sqrt', 'Exp', 'Log', 'Reciprocal', 'Erf'])(
    '%s: finite differences',
    async (opType) => {
      expect(await gradientError(oneNode(opType, positive([2, 3, 2])))).toBeLessThan(5e-3);
    },
  );

  it('an operator of two image-dependent inputs gets both parts', async () => {
    const spec: Case = {
      nodes: nodes(
        { opType: 'Sqrt', inputs: ['x'], outputs: ['root'] },
        { opType: 'Pow', inputs: ['x', 'root'], outputs: ['power'] },
        { opType: 'Sum', inputs: ['power', 'root', 'x', 'x'] },
      ),
      x: positive([5]),
    };
    expect(await gradientError(spec)).toBeLessThan(5e-3);
  });
});

describe('Where', () => {
  it('sends the signal to the side that the condition chose', async () => {
    const constants = { zero: f32([], [0]), other: f32([3], [7, 8, 9]) };
    const pick = (inputs: string[]): Case => ({
      nodes: nodes(
        { opType: 'Greater', inputs: ['x', 'zero'], outputs: ['open'] },
        { opType: 'Where', inputs },
      ),
      x: f32([3], [1, -2, 3]),
      constants,
    });
    const signal = f32([3], [4, 5, 6]);
    expect([...(await backward(pick(['open', 'x', 'other']), signal)).data]).toEqual([4, 0, 6]);
    expect([...(await backward(pick(['open', 'other', 'x']), signal)).data]).toEqual([0, 5, 0]);
  });

  it('broadcasts', async () => {
    const condition: Tensor = { dtype: 'bool', shape: [3, 1], data: Uint8Array.of(1, 0, 1) };
    const spec: Case = {
      nodes: nodes({ opType: 'Where', inputs: ['condition', 'x', 'other'] }),
      x: f32([2], [1, 2]),
      constants: { condition, other: f32([], [0]) },
    };
    expect([...(await backward(spec, f32([3, 2], [1, 2, 3, 4, 5, 6]))).data]).toEqual([6, 8]);
  });
});

test('Expand sums over what it stretched', async () => {
  const spec = oneNode('Expand', f32([2, 1], [1, 2]), { constants: { shape: i64(2, 2, 3) } });
  const signal = f32([2, 2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  expect([...(await backward(spec, signal)).data]).toEqual([1 + 2 + 3 + 7 + 8 + 9, 4 + 5 + 6 + 10 + 11 + 12]);
});
