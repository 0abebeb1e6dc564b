import { describe, expect, it } from 'vitest';

import type { Attribute } from '../../../../../src/core/onnx/model.js';
import { expectClose } from '../expectClose.js';
import { backward, f32, gradientError, int, ints, noise, oneNode, string } from '../harness.js';
import type { Case } from '../harness.js';

const METHODS = ['deconvnet', 'gradient', 'guided'] as const;

const pool = (
  opType: string,
  input: readonly number[],
  attributes: Record<string, Attribute> = {},
  opset = 17,
): Case => oneNode(opType, noise(input, 9), { attributes, opset });

describe('MaxPool', () => {
  // prettier-ignore
  const peak = f32([1, 1, 3, 3], [
    1, 2, 3,
    4, 9, 5,
    6, 7, 8,
  ]);
  const overlapping = { kernel_shape: ints([2, 2]) };

  it('adds the signals of all windows that share a switch, in every method', async () => {
    for (const method of METHODS) {
      const spec = oneNode('MaxPool', peak, { attributes: overlapping, method });
      const { data } = await backward(spec, f32([1, 1, 2, 2], [1, 2, -4, 9]));
      expectClose(data, [0, 0, 0, 0, 1 + 2 - 4 + 9, 0, 0, 0, 0]);
    }
  });

  it.each([1, 8, 10, 11, 12, 17, 20])('finds the switches in opset %i', async (opset) => {
    const spec = oneNode('MaxPool', peak, { attributes: { kernel_shape: ints([1, 2]) }, opset });
    const { data } = await backward(spec, f32([1, 1, 3, 2], [1, 2, 3, 4, 5, 6]));
    expectClose(data, [0, 1, 2, 0, 7, 0, 0, 5, 6]);
  });

  it('keeps images and channels apart', async () => {
    const x = f32([2, 2, 2], [1, 2, 4, 3, 5, 6, 8, 7]);
    const spec = oneNode('MaxPool', x, { attributes: { kernel_shape: ints([2]) } });
    const { data } = await backward(spec, f32([2, 2, 1], [1, 2, 3, 4]));
    expectClose(data, [0, 1, 2, 0, 0, 3, 4, 0]);
  });

  it('ignores storage_order, which changes only how the model itself numbers the switches', async () => {
    const spec = oneNode('MaxPool', peak, {
      attributes: { kernel_shape: ints([1, 2]), storage_order: int(1) },
    });
    const { data } = await backward(spec, f32([1, 1, 3, 2], [1, 2, 3, 4, 5, 6]));
    expectClose(data, [0, 1, 2, 0, 7, 0, 0, 5, 6]);
  });

  const three = ints([3, 3]);
  const two = ints([2, 2]);
  const SETTINGS: readonly (readonly [string, Case])[] = [
    ['overlapping 3x3, stride 2', pool('MaxPool', [2, 2, 7, 9], { kernel_shape: three, strides: two })],
    ['ceil_mode', pool('MaxPool', [1, 2, 6, 8], { kernel_shape: three, strides: two, ceil_mode: int(1) })],
    [
      'ceil_mode and pads',
      pool('MaxPool', [1, 1, 6, 7], {
        kernel_shape: three,
        strides: two,
        ceil_mode: int(1),
        pads: ints([1, 0, 1, 1]),
      }),
    ],
    ['dilations', pool('MaxPool', [1, 2, 7, 8], { kernel_shape: two, dilations: ints([3, 2]) })],
    ['asymmetric pads', pool('MaxPool', [1, 2, 5, 6], { kernel_shape: three, pads: ints([0, 2, 1, 0]) })],
    [
      'SAME_UPPER',
      pool('MaxPool', [1, 2, 6, 7], { kernel_shape: three, strides: two, auto_pad: string('SAME_UPPER') }),
    ],
    ['SAME_LOWER', pool('MaxPool', [1, 2, 6, 7], { kernel_shape: two, auto_pad: string('SAME_LOWER') })],
    ['one dimension', pool('MaxPool', [1, 2, 9], { kernel_shape: ints([3]), strides: ints([2]) })],
    [
      'three dimensions',
      pool('MaxPool', [1, 2, 4, 5, 4], { kernel_shape: ints([2, 3, 2]), strides: ints([1, 2, 2]) }),
    ],
  ];
  it.each(SETTINGS)('has the exact gradient: %s', async (_, spec) => {
    expect(await gradientError(spec, 1e-3)).toBeLessThan(1e-3);
  });
});

describe('GlobalMaxPool', () => {
  it('sends the signal of each map to its maximum', async () => {
    const x = f32([1, 2, 2, 2], [1, 4, 3, 2, 8, 5, 6, 7]);
    for (const method of METHODS) {
      const { data } = await backward(oneNode('GlobalMaxPool', x, { method }), f32([1, 2, 1, 1], [3, -2]));
      expectClose(data, [0, 3, 0, 0, -2, 0, 0, 0]);
    }
  });

  it.each([[[2, 3, 7]], [[2, 3, 3, 5]], [[1, 2, 3, 2, 4]]])(
    'has the exact gradient for %j',
    async (shape) => {
      expect(await gradientError(pool('GlobalMaxPool', shape), 1e-3)).toBeLessThan(1e-3);
    },
  );
});

describe('AveragePool', () => {
  const ones = f32([1, 1, 3], [1, 1, 1]);
  const signal = f32([1, 1, 4], [6, 60, 600, 6000]);
  const padded = { kernel_shape: ints([2]), pads: ints([1, 1]) };

  it('divides by the elements inside the input, in every method', async () => {
    for (const method of METHODS) {
      const spec = oneNode('AveragePool', ones, { attributes: padded, method });
      const { data } = await backward(spec, signal);
      expectClose(data, [6 + 30, 30 + 300, 300 + 6000]);
    }
  });

  it('divides by the whole window where padding counts', async () => {
    const attributes = { ...padded, count_include_pad: int(1) };
    const { data } = await backward(oneNode('AveragePool', ones, { attributes }), signal);
    expectClose(data, [3 + 30, 30 + 300, 300 + 3000]);
  });

  const three = ints([3, 3]);
  const two = ints([2, 2]);
  const ceil = { kernel_shape: three, strides: two, ceil_mode: int(1) };
  const SETTINGS: readonly (readonly [string, Case])[] = [
    ['odd sizes', pool('AveragePool', [2, 3, 5, 7], { kernel_shape: ints([2, 3]) })],
    ['stride with a remainder', pool('AveragePool', [1, 2, 6, 8], { kernel_shape: three, strides: two })],
    ['asymmetric pads', pool('AveragePool', [1, 2, 5, 6], { kernel_shape: three, pads: ints([0, 2, 1, 0]) })],
    [
      'pads that count',
      pool('AveragePool', [1, 2, 5, 6], {
        kernel_shape: three,
        pads: ints([1, 2, 0, 1]),
        count_include_pad: int(1),
      }),
    ],
    ['ceil_mode', pool('AveragePool', [1, 2, 6, 8], ceil)],
    ['ceil_mode, pads', pool('AveragePool', [1, 2, 6, 7], { ...ceil, pads: ints([1, 1, 1, 0]) })],
    [
      'ceil_mode, pads that count',
      pool('AveragePool', [1, 2, 6, 7], { ...ceil, pads: ints([1, 1, 1, 0]), count_include_pad: int(1) }),
    ],
    [
      'ceil_mode, pads that count, opset 11',
      pool('AveragePool', [1, 2, 6, 7], { ...ceil, pads: ints([1, 1, 1, 0]), count_include_pad: int(1) }, 11),
    ],
    [
      'ceil_mode, pads that count, opset 19',
      pool('AveragePool', [1, 2, 6, 7], { ...ceil, pads: ints([1, 1, 1, 0]), count_include_pad: int(1) }, 19),
    ],
    [
      'dilations',
      pool(
        'AveragePool',
        [1, 2, 7, 8],
        { kernel_shape: two, dilations: ints([3, 2]), pads: ints([1, 0, 1, 1]) },
        19,
      ),
    ],
    [
      'dilations, pads that count, ceil_mode',
      pool(
        'AveragePool',
        [1, 2, 7, 8],
        {
          kernel_shape: two,
          strides: two,
          dilations: ints([3, 2]),
          pads: ints([1, 0, 1, 1]),
          count_include_pad: int(1),
          ceil_mode: int(1),
        },
        19,
      ),
    ],
    [
      'SAME_UPPER',
      pool('AveragePool', [1, 2, 6, 7], {
        kernel_shape: three,
        strides: two,
        auto_pad: string('SAME_UPPER'),
      }),
    ],
    [
      'SAME_LOWER that counts',
      pool('AveragePool', [1, 2, 6, 7], {
        kernel_shape: two,
        auto_pad: string('SAME_LOWER'),
        count_include_pad: int(1),
      }),
    ],
    ['one dimension', pool('AveragePool', [1, 2, 9], { kernel_shape: ints([4]), strides: ints([3]) })],
    [
      'three dimensions',
      pool('AveragePool', [1, 2, 4, 5, 4], { kernel_shape: ints([2, 3, 2]), strides: ints([1, 2, 2]) }),
    ],
  ];
  it.each(SETTINGS)('has the exact gradient: %s', async (_, spec) => {
    expect(await gradientError(spec, 0.5)).toBeLessThan(1e-4);
  });
});

describe('GlobalAveragePool', () => {
  it('gives every element of a map the same part of its signal', async () => {
    for (const method of METHODS) {
      const spec = oneNode('GlobalAveragePool', noise([1, 2, 2, 2]), { method });
      expectClose((await backward(spec, f32([1, 2, 1, 1], [4, -8]))).data, [1, 1, 1, 1, -2, -2, -2, -2]);
    }
  });

  it.each([[[2, 3, 7]], [[2, 3, 3, 5]], [[1, 2, 3, 2, 4]]])(
    'has the exact gradient for %j',
    async (shape) => {
      expect(await gradientError(pool('GlobalAveragePool', shape), 0.5)).toBeLessThan(1e-4);
    },
  );
});
