import { describe, expect, it } from 'vitest';

import type { Attribute } from '../../../../../src/core/onnx/model.js';
import type { FloatTensor } from '../../../../../src/core/tensor.js';
import { expectClose } from '../expectClose.js';
import {
  backward,
  f32,
  forward,
  gradientError,
  int,
  ints,
  noise,
  oneNode,
  projectionOf,
  string,
} from '../harness.js';
import type { Case } from '../harness.js';

const convolution = (
  opType: 'Conv' | 'ConvTranspose',
  input: readonly number[],
  weights: readonly number[],
  attributes: Record<string, Attribute> = {},
): Case => {
  const group = attributes['group']?.type === 'int' ? attributes['group'].value : 1;
  const filters = opType === 'Conv' ? weights[0] : (weights[1] ?? 1) * group;
  const constants = { w: noise(weights, 5), b: noise([filters ?? 1], 9) };
  return oneNode(opType, noise(input, 3), { constants, attributes });
};

const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((sum, value, at) => sum + value * (b[at] ?? NaN), 0);

describe('Conv', () => {
  it('filters the signal with the transposed weights in every method, and leaves the bias out', async () => {
    const x = f32([1, 1, 4], [0, 0, 0, 0]);
    const constants = { w: f32([1, 1, 2], [2, 3]), b: f32([1], [100]) };
    for (const method of ['deconvnet', 'gradient', 'guided'] as const) {
      const spec = oneNode('Conv', x, { constants, method });
      const { data } = await backward(spec, f32([1, 1, 3], [1, 10, -1]));
      expectClose(data, [2, 3 + 20, 30 - 2, -3]);
    }
  });

  it('gives elements that no window reaches a zero signal', async () => {
    const spec = oneNode('Conv', f32([1, 1, 6], [0, 0, 0, 0, 0, 0]), {
      constants: { w: f32([1, 1, 2], [2, 3]) },
      attributes: { strides: ints([3]) },
    });
    const { data } = await backward(spec, f32([1, 1, 2], [1, 10]));
    expectClose(data, [2, 3, 0, 20, 30, 0]);
  });

  const SETTINGS: readonly (readonly [string, Case])[] = [
    ['odd sizes', convolution('Conv', [2, 3, 5, 7], [4, 3, 3, 2])],
    ['pads', convolution('Conv', [1, 2, 5, 6], [3, 2, 3, 3], { pads: ints([1, 1, 1, 1]) })],
    ['asymmetric pads', convolution('Conv', [1, 2, 5, 6], [3, 2, 3, 3], { pads: ints([0, 2, 1, 0]) })],
    [
      'pads as large as the kernel',
      convolution('Conv', [1, 1, 3, 3], [2, 1, 2, 2], { pads: ints([3, 2, 2, 3]) }),
    ],
    ['strides with a remainder', convolution('Conv', [1, 2, 8, 9], [3, 2, 3, 3], { strides: ints([3, 2]) })],
    [
      'strides larger than the kernel, pads, a remainder',
      convolution('Conv', [1, 2, 9, 10], [3, 2, 2, 1], { strides: ints([4, 3]), pads: ints([1, 0, 0, 1]) }),
    ],
    [
      'a remainder of the strides that is longer than the dilation',
      convolution('Conv', [2, 2, 13], [3, 2, 2], { strides: ints([6]), dilations: ints([2]) }),
    ],
    [
      'dilations and strides',
      convolution('Conv', [1, 2, 9, 10], [3, 2, 3, 2], {
        strides: ints([2, 3]),
        dilations: ints([2, 3]),
        pads: ints([1, 2, 0, 3]),
      }),
    ],
    ['groups', convolution('Conv', [2, 4, 5, 5], [6, 2, 3, 3], { group: int(2), pads: ints([1, 1, 1, 1]) })],
    ['depthwise', convolution('Conv', [1, 4, 5, 5], [8, 1, 3, 3], { group: int(4), strides: ints([2, 2]) })],
    [
      'SAME_UPPER',
      convolution('Conv', [1, 2, 6, 7], [2, 2, 4, 3], {
        auto_pad: string('SAME_UPPER'),
        strides: ints([2, 2]),
      }),
    ],
    [
      'SAME_LOWER',
      convolution('Conv', [1, 2, 6, 7], [2, 2, 4, 3], {
        auto_pad: string('SAME_LOWER'),
        strides: ints([2, 3]),
      }),
    ],
    [
      'VALID',
      convolution('Conv', [1, 2, 6, 7], [2, 2, 4, 3], { auto_pad: string('VALID'), strides: ints([3, 2]) }),
    ],
    ['one dimension', convolution('Conv', [2, 2, 9], [3, 2, 3], { strides: ints([2]), pads: ints([0, 1]) })],
    [
      'three dimensions',
      convolution('Conv', [1, 2, 4, 5, 6], [2, 2, 2, 3, 3], {
        strides: ints([1, 2, 2]),
        pads: ints([0, 1, 1, 1, 0, 1]),
      }),
    ],
  ];
  it.each(SETTINGS)('has the exact gradient of the input, the weights and the bias: %s', async (_, spec) => {
    expect(await gradientError(spec, 0.5, ['x', 'w', 'b'])).toBeLessThan(1e-4);
  });
});

describe('Conv with turned weights', () => {
  const SETTINGS: readonly (readonly [string, Case])[] = [
    ['pads', convolution('Conv', [1, 8, 16, 17], [3, 8, 3, 3], { pads: ints([1, 1, 1, 1]) })],
    ['asymmetric pads', convolution('Conv', [2, 9, 12, 13], [4, 9, 3, 4], { pads: ints([0, 3, 2, 0]) })],
    [
      'dilations',
      convolution('Conv', [1, 8, 20, 24], [2, 8, 3, 2], {
        dilations: ints([2, 3]),
        pads: ints([1, 2, 4, 0]),
      }),
    ],
    ['groups', convolution('Conv', [3, 8, 11, 12], [6, 4, 3, 3], { group: int(2) })],
    ['depthwise', convolution('Conv', [1, 8, 18, 18], [16, 1, 3, 3], { group: int(8) })],
    ['SAME_UPPER', convolution('Conv', [1, 8, 16, 16], [2, 8, 2, 4], { auto_pad: string('SAME_UPPER') })],
    ['one dimension', convolution('Conv', [2, 8, 150], [3, 8, 5], { pads: ints([4, 0]) })],
    [
      'three dimensions',
      convolution('Conv', [1, 8, 7, 8, 9], [2, 8, 2, 3, 1], { pads: ints([0, 1, 0, 1, 0, 0]) }),
    ],
  ];
  it.each(SETTINGS)('is the adjoint of the convolution: %s', async (_, { constants = {}, ...spec }) => {
    const { w } = constants;
    const [node] = spec.nodes;
    if (w === undefined || node === undefined) {
      throw new Error('a convolution has weights');
    }
    const linear: Case = { ...spec, constants: { w }, nodes: [{ ...node, inputs: ['x', 'w'] }] };
    const x = spec.x as FloatTensor;
    const run = await forward(linear);
    const operators = projectionOf(linear, run).graph.nodes.map(({ opType }) => opType);
    expect(operators).toContain('Conv');
    expect(operators).not.toContain('ConvTranspose');
    const y = run.values.get('y') as FloatTensor;
    for (const seed of [11, 12, 13]) {
      const signal = noise(y.shape, seed);
      const { shape, data } = await backward(linear, signal);
      expect(shape).toEqual(x.shape);
      // <signal, A·x> = <Aᵀ·signal, x>
      const [forth, back] = [dot(signal.data, y.data), dot(data, x.data)];
      const size = Math.sqrt(dot(data, data) * dot(x.data, x.data));
      expect(Math.abs(forth - back) / size).toBeLessThan(1e-6);
    }
  });

  it.each([
    ['few positions', convolution('Conv', [1, 8, 12, 12], [3, 8, 3, 3])],
    ['strides', convolution('Conv', [4, 8, 32, 32], [3, 8, 3, 3], { strides: ints([1, 2]) })],
    [
      'pads wider than the kernel',
      convolution('Conv', [1, 8, 32, 32], [3, 8, 3, 3], { pads: ints([3, 0, 0, 0]) }),
    ],
    ['a photo', convolution('Conv', [1, 3, 64, 64], [8, 3, 3, 3])],
    ['single pixels', convolution('Conv', [1, 8, 32, 32], [8, 8, 1, 1])],
  ])('is not taken for %s', async (_, spec) => {
    const { graph } = projectionOf(spec, await forward(spec));
    expect(graph.nodes.map(({ opType }) => opType)).toContain('ConvTranspose');
  });
});

describe('ConvTranspose', () => {
  it('convolves the signal with the same weights', async () => {
    const spec = oneNode('ConvTranspose', f32([1, 1, 2], [0, 0]), {
      constants: { w: f32([1, 1, 2], [2, 3]), b: f32([1], [100]) },
      attributes: { strides: ints([2]) },
    });
    const { data } = await backward(spec, f32([1, 1, 4], [1, 10, -1, 5]));
    expectClose(data, [2 + 30, -2 + 15]);
  });

  const SETTINGS: readonly (readonly [string, Case])[] = [
    ['odd sizes', convolution('ConvTranspose', [2, 3, 4, 5], [3, 2, 3, 2])],
    [
      'strides, asymmetric pads, output padding',
      convolution('ConvTranspose', [1, 2, 4, 5], [2, 3, 3, 4], {
        strides: ints([2, 3]),
        pads: ints([1, 0, 0, 2]),
        output_padding: ints([1, 2]),
      }),
    ],
    [
      'groups',
      convolution('ConvTranspose', [2, 4, 3, 3], [4, 3, 2, 2], { group: int(2), strides: ints([2, 2]) }),
    ],
    [
      'SAME_UPPER',
      convolution('ConvTranspose', [1, 2, 4, 5], [2, 2, 3, 4], {
        auto_pad: string('SAME_UPPER'),
        strides: ints([2, 1]),
      }),
    ],
    [
      'SAME_LOWER',
      convolution('ConvTranspose', [1, 2, 4, 5], [2, 2, 3, 4], {
        auto_pad: string('SAME_LOWER'),
        strides: ints([2, 1]),
      }),
    ],
    [
      'output_shape',
      convolution('ConvTranspose', [1, 2, 4, 5], [2, 2, 3, 3], {
        output_shape: ints([8, 10]),
        strides: ints([2, 2]),
      }),
    ],
    [
      'one dimension',
      convolution('ConvTranspose', [1, 2, 5], [2, 3, 3], { strides: ints([2]), pads: ints([1, 1]) }),
    ],
    [
      'three dimensions',
      convolution('ConvTranspose', [1, 2, 2, 3, 3], [2, 2, 2, 2, 3], { strides: ints([2, 1, 2]) }),
    ],
  ];
  it.each(SETTINGS)('has the exact gradient of the input, the weights and the bias: %s', async (_, spec) => {
    expect(await gradientError(spec, 0.5, ['x', 'w', 'b'])).toBeLessThan(1e-4);
  });
});

it('has the exact gradient where the weights are the image too', async () => {
  const spec: Case = { nodes: [{ opType: 'Conv', inputs: ['x', 'x'] }], x: noise([2, 2, 3, 3]) };
  expect(await gradientError(spec)).toBeLessThan(1e-3);
});
