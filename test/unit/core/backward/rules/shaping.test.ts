import { describe, expect, it, test } from 'vitest';

import { backward, f32, gradientError, i64, int, ints, noise, oneNode, string } from '../harness.js';
import type { Case } from '../harness.js';

type Options = Parameters<typeof oneNode>[2];
const FLOAT = 1;
const DOUBLE = 11;

/** x holds 0, 1, 2, ...: an operator that moves elements sends the signal y(x) back to x itself. */
const counting = (shape: readonly number[]) =>
  f32(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
  );

describe('operators that only move elements', () => {
  it.each<[string, string, readonly number[], readonly number[], readonly number[], Options]>([
    ['Reshape', '', [2, 3], [3, 2], [0, 1, 2, 3, 4, 5], { constants: { shape: i64(3, -1) } }],
    ['Flatten', '', [1, 2, 1, 2], [1, 4], [0, 1, 2, 3], {}],
    ['Flatten', 'axis -1', [1, 2, 2], [2, 2], [0, 1, 2, 3], { attributes: { axis: int(-1) } }],
    ['Squeeze', 'all', [1, 2, 1], [2], [0, 1], {}],
    [
      'Squeeze',
      'axes as attribute',
      [1, 2, 1],
      [1, 2],
      [0, 1],
      { attributes: { axes: ints([2]) }, opset: 11 },
    ],
    ['Squeeze', 'axes as input', [1, 2, 1], [2, 1], [0, 1], { constants: { axes: i64(0) } }],
    ['Unsqueeze', 'as attribute', [2], [1, 2, 1], [0, 1], { attributes: { axes: ints([0, 2]) }, opset: 11 }],
    ['Unsqueeze', 'as input', [2], [2, 1], [0, 1], { constants: { axes: i64(-1) } }],
    ['Transpose', '', [2, 3], [3, 2], [0, 3, 1, 4, 2, 5], {}],
    [
      'Transpose',
      'perm',
      [1, 2, 3],
      [3, 1, 2],
      [0, 3, 1, 4, 2, 5],
      { attributes: { perm: ints([2, 0, 1]) } },
    ],
    [
      'DepthToSpace',
      'DCR',
      [1, 4, 1, 2],
      [1, 1, 2, 4],
      [0, 2, 1, 3, 4, 6, 5, 7],
      { attributes: { blocksize: int(2) } },
    ],
    [
      'SpaceToDepth',
      '',
      [1, 1, 2, 4],
      [1, 4, 1, 2],
      [0, 2, 1, 3, 4, 6, 5, 7],
      { attributes: { blocksize: int(2) } },
    ],
  ])('%s %s sends every signal home', async (opType, _, from, to, moved, options) => {
    const x = counting(from);
    for (const method of ['gradient', 'deconvnet', 'guided'] as const) {
      const result = await backward(oneNode(opType, x, { ...options, method }), f32(to, moved));
      expect(result).toEqual(x);
    }
  });

  it.each(['DCR', 'CRD'])('DepthToSpace %s agrees with finite differences', async (mode) => {
    const attributes = { blocksize: int(2), mode: string(mode) };
    expect(
      await gradientError(oneNode('DepthToSpace', noise([2, 8, 2, 3]), { attributes }), 0.1),
    ).toBeLessThan(1e-4);
  });
});

test('Cast passes the signal, and all is computed in float32', async () => {
  const spec: Case = {
    nodes: [
      { opType: 'Cast', inputs: ['x'], outputs: ['wide'], attributes: { to: int(DOUBLE) } },
      { opType: 'Mul', inputs: ['wide', 'wide'], outputs: ['square'] },
      { opType: 'Cast', inputs: ['square'], attributes: { to: int(FLOAT) } },
    ],
    x: f32([2], [3, -1]),
  };
  expect([...(await backward(spec, f32([2], [1, 2]))).data]).toEqual([6, -4]);
});

test('a Cast to whole numbers ends the way of the signal', async () => {
  const spec: Case = {
    nodes: [
      { opType: 'Cast', inputs: ['x'], outputs: ['whole'], attributes: { to: int(7) } },
      { opType: 'Cast', inputs: ['whole'], outputs: ['back'], attributes: { to: int(FLOAT) } },
      { opType: 'Mul', inputs: ['x', 'back'] },
    ],
    x: f32([2], [3.5, -1.5]),
  };
  expect([...(await backward(spec, f32([2], [1, 1]))).data]).toEqual([3, -1]);
});

describe('Concat', () => {
  it('gives each input its part, a repeated input the sum of its parts', async () => {
    const spec: Case = {
      nodes: [{ opType: 'Concat', inputs: ['x', 'other', 'x'], attributes: { axis: int(-1) } }],
      x: f32([2, 1], [1, 2]),
      constants: { other: f32([2, 2], [0, 0, 0, 0]) },
    };
    const signal = f32([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]);
    expect([...(await backward(spec, signal)).data]).toEqual([1 + 4, 5 + 8]);
  });

  it('agrees with finite differences behind two branches', async () => {
    const spec: Case = {
      nodes: [
        { opType: 'Exp', inputs: ['x'], outputs: ['a'] },
        { opType: 'Neg', inputs: ['x'], outputs: ['b'] },
        { opType: 'Concat', inputs: ['a', 'b', 'x'], attributes: { axis: int(1) } },
      ],
      x: noise([1, 2, 3]),
    };
    expect(await gradientError(spec)).toBeLessThan(5e-3);
  });
});

describe('Split', () => {
  const x = f32([1, 4], [1, 2, 3, 4]);

  it('puts zeros where a part is not used', async () => {
    const nodes = [
      { opType: 'Split', inputs: ['x'], outputs: ['a', 'b'], attributes: { axis: int(1) } },
      { opType: 'Neg', inputs: ['b'] },
    ];
    expect([...(await backward({ nodes, x }, f32([1, 2], [5, -6]))).data]).toEqual([0, 0, -5, 6]);
  });

  it.each([
    ['sizes as attribute', 11, { axis: int(1), split: ints([1, 3]) }, {}],
    ['sizes as input', 13, { axis: int(-1) }, { split: i64(1, 3) }],
  ] as const)('puts unequal parts together again: %s', async (_, opset, attributes, constants) => {
    const spec: Case = {
      nodes: [
        { opType: 'Split', inputs: ['x', ...Object.keys(constants)], outputs: ['a', 'b'], attributes },
        { opType: 'Mul', inputs: ['a', 'b'] },
      ],
      x,
      constants,
      opset,
    };
    expect([...(await backward(spec, f32([1, 3], [1, 1, 1]))).data]).toEqual([2 + 3 + 4, 1, 1, 1]);
  });

  it('takes num_outputs, with a smaller last part', async () => {
    const spec: Case = {
      nodes: [
        {
          opType: 'Split',
          inputs: ['x'],
          outputs: ['a', 'b', 'c'],
          attributes: { axis: int(1), num_outputs: int(3) },
        },
        { opType: 'Concat', inputs: ['c', 'a'], attributes: { axis: int(1) } },
      ],
      x: noise([2, 5]),
      opset: 18,
    };
    expect(await gradientError(spec, 0.1)).toBeLessThan(1e-4);
  });
});
