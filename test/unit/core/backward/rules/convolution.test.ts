import { describe, expect, it } from 'vitest';

import type { Attribute } from '../../../../../src/core/onnx/model.js';
import { expectClose } from '../expectClose.js';
import { backward, f32, gradientError, int, ints, noise, oneNode, string } from '../harness.js';
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
