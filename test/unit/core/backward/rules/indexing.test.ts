import { describe, expect, it } from 'vitest';

import { int64Tensor } from '../../../../../src/core/tensor.js';
import {
  backward,
  f32,
  float,
  forward,
  gradientError,
  i64,
  int,
  ints,
  noise,
  oneNode,
  projectionOf,
  string,
} from '../harness.js';
import type { Case } from '../harness.js';

type Options = Parameters<typeof oneNode>[2];

describe('Slice', () => {
  const x = f32([5], [10, 11, 12, 13, 14]);

  it.each<[string, number, Options, readonly number[], readonly number[]]>([
    ['attributes', 9, { attributes: { starts: ints([1]), ends: ints([3]) } }, [1, 2], [0, 1, 2, 0, 0]],
    ['negative bounds', 9, { attributes: { starts: ints([-3]), ends: ints([-1]) } }, [1, 2], [0, 0, 1, 2, 0]],
    [
      'a step, and an end far beyond',
      13,
      { constants: { starts: i64(1), ends: i64(2 ** 31), axes: i64(0), steps: i64(2) } },
      [1, 2],
      [0, 1, 0, 2, 0],
    ],
    [
      'a negative step from far beyond the end',
      13,
      { constants: { starts: i64(2 ** 31), ends: i64(-(2 ** 31)), axes: i64(0), steps: i64(-2) } },
      [1, 2, 3],
      [3, 0, 2, 0, 1],
    ],
    ['no axes', 10, { constants: { starts: i64(3), ends: i64(9) } }, [1, 2], [0, 0, 0, 1, 2]],
  ])('returns the signal to where it was taken: %s', async (_, opset, options, signal, expected) => {
    for (const method of ['gradient', 'deconvnet', 'guided'] as const) {
      const spec = oneNode('Slice', x, { ...options, opset, method });
      expect([...(await backward(spec, f32([signal.length], signal))).data]).toEqual(expected);
    }
  });

  it('agrees with finite differences over several axes', async () => {
    const constants = {
      starts: i64(3, -1, 0),
      ends: i64(0, -9, 2),
      axes: i64(2, -1, 0),
      steps: i64(-1, -2, 1),
    };
    expect(await gradientError(oneNode('Slice', noise([3, 2, 4, 5]), { constants }), 0.1)).toBeLessThan(1e-4);
  });

  it('refuses bounds that are computed at run time, naming node and input', async () => {
    const spec = oneNode('Slice', x, { constants: { starts: i64(0), ends: i64(2) } });
    const run = await forward(spec);
    const shapes = { ...run.shapes, valuesOf: () => undefined };
    expect(() => projectionOf(spec, { ...run, shapes })).toThrow(
      "node 'slice0' (Slice): input 'starts' is computed at run time",
    );
  });
});

describe('Gather', () => {
  it('adds the signal at the channels that were chosen, twice where chosen twice', async () => {
    const spec = oneNode('Gather', f32([1, 3, 2], [1, 2, 3, 4, 5, 6]), {
      constants: { channels: i64(2, 0, -1) },
      attributes: { axis: int(1) },
    });
    const signal = f32([1, 3, 2], [1, 2, 3, 4, 5, 6]);
    expect([...(await backward(spec, signal)).data]).toEqual([3, 4, 0, 0, 1 + 5, 2 + 6]);
  });

  it('takes indices that the model computes', async () => {
    const spec: Case = {
      x: f32([1, 3], [5, 6, 7]),
      constants: { start: int64Tensor([], [2]), limit: int64Tensor([], [-1]), delta: int64Tensor([], [-2]) },
      nodes: [
        { opType: 'Range', inputs: ['start', 'limit', 'delta'], outputs: ['positions'] },
        { opType: 'Gather', inputs: ['x', 'positions'], outputs: ['y'], attributes: { axis: int(1) } },
      ],
    };
    const run = await forward(spec);
    const shapes = { ...run.shapes, valuesOf: () => undefined };
    expect(projectionOf(spec, { ...run, shapes }).saved.map(({ tensor }) => tensor)).toEqual(['positions']);
    expect([...(await backward(spec, f32([1, 2], [1, 2]))).data]).toEqual([2, 0, 1]);
  });

  it.each([
    ['a single index, whose axis goes', int64Tensor([], [1])],
    ['a matrix of indices', int64Tensor([2, 2], [0, 2, 2, 1])],
  ])('agrees with finite differences for %s', async (_, indices) => {
    const spec = oneNode('Gather', noise([2, 3, 2]), {
      constants: { indices },
      attributes: { axis: int(-2) },
    });
    expect(await gradientError(spec, 0.1)).toBeLessThan(1e-4);
  });
});

describe('Pad', () => {
  it.each<[string, number, Options, readonly number[], readonly number[]]>([
    ['constant, as attribute', 10, { attributes: { pads: ints([2, 1]) } }, [9, 8, 1, 2, 3, 7], [1, 2, 3]],
    [
      'constant with a value',
      10,
      { attributes: { pads: ints([1, 0]), value: float(5) } },
      [9, 1, 2, 3],
      [1, 2, 3],
    ],
    ['negative, which crops', 13, { constants: { pads: i64(-1, 1) } }, [1, 2, 9], [0, 1, 2]],
    [
      'reflect',
      13,
      { constants: { pads: i64(2, 1) }, attributes: { mode: string('reflect') } },
      [1, 2, 3, 4, 5, 6],
      [3, 2 + 4 + 6, 1 + 5],
    ],
    [
      'edge',
      13,
      { constants: { pads: i64(2, 1) }, attributes: { mode: string('edge') } },
      [1, 2, 3, 4, 5, 6],
      [1 + 2 + 3, 4, 5 + 6],
    ],
    [
      'wrap',
      19,
      { constants: { pads: i64(2, 1) }, attributes: { mode: string('wrap') } },
      [1, 2, 3, 4, 5, 6],
      [3 + 6, 1 + 4, 2 + 5],
    ],
  ])('%s (opset %i): the signal by hand', async (_, opset, options, signal, expected) => {
    const spec = oneNode('Pad', f32([3], [10, 11, 12]), { ...options, opset });
    expect([...(await backward(spec, f32([signal.length], signal))).data]).toEqual(expected);
  });

  it.each(['constant', 'reflect', 'edge', 'wrap'])(
    '%s agrees with finite differences in 2-D',
    async (mode) => {
      const constants = { pads: i64(0, 0, 1, 2, 0, 0, 2, 1) };
      const spec = oneNode('Pad', noise([1, 2, 3, 4]), {
        constants,
        attributes: { mode: string(mode) },
        opset: 19,
      });
      expect(await gradientError(spec, 0.1)).toBeLessThan(1e-4);
    },
  );

  it('takes the axes of opset 18', async () => {
    const constants = { pads: i64(1, 0, 2, 1), value: f32([], [0]), axes: i64(-1, 1) };
    const spec = oneNode('Pad', noise([1, 2, 3]), { constants, opset: 18 });
    expect(await gradientError(spec, 0.1, ['x', 'value'])).toBeLessThan(1e-4);
  });
});
