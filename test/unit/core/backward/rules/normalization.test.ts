import { describe, expect, it } from 'vitest';

import type { Tensor } from '../../../../../src/core/tensor.js';
import { expectClose } from '../expectClose.js';
import { backward, f32, float, gradientError, i64, int, ints, noise, oneNode } from '../harness.js';
import type { Case, NodeSpec } from '../harness.js';

const positive = (shape: readonly number[], seed: number): Tensor =>
  f32(
    shape,
    [...noise(shape, seed).data].map((value) => 1 + value / 2),
  );

const lrn = (shape: readonly number[], size: number, alpha = 0.9, beta = 0.75): Case =>
  oneNode('LRN', noise(shape, 4), {
    attributes: { size: int(size), alpha: float(alpha), beta: float(beta), bias: float(1.5) },
  });
const batchNorm = (shape: readonly number[], opset = 15): Case => {
  const channels = [shape[1] ?? 1];
  const [scale, b, mean, variance] = [
    noise(channels, 2),
    noise(channels, 3),
    noise(channels, 4),
    positive(channels, 5),
  ];
  return oneNode('BatchNormalization', noise(shape, 6), {
    constants: { scale, b, mean, variance },
    attributes: { epsilon: float(0.01) },
    opset,
  });
};
const instanceNorm = (shape: readonly number[]): Case =>
  oneNode('InstanceNormalization', noise(shape, 6), {
    constants: { scale: noise([shape[1] ?? 1], 2), b: noise([shape[1] ?? 1], 3) },
    attributes: { epsilon: float(0.01) },
  });
const layerNorm = (shape: readonly number[], axis: number): Case => {
  const normalised = shape.slice(axis);
  return oneNode('LayerNormalization', noise(shape, 6), {
    constants: { scale: noise(normalised, 2), b: noise(normalised, 3) },
    attributes: { epsilon: float(0.01), axis: int(axis) },
  });
};

const groupNorm = (shape: readonly number[], groups: number, opset: number): Case => {
  const channels = opset < 21 ? groups : (shape[1] ?? 1);
  return oneNode('GroupNormalization', noise(shape, 4), {
    opset,
    constants: { scale: noise([channels], 2), b: noise([channels], 3) },
    attributes: { num_groups: int(groups), epsilon: float(0.01) },
  });
};

const ALL: readonly (readonly [string, Case, readonly number[]])[] = [
  ['LRN', lrn([1, 4, 2, 2], 3), [1, 4, 2, 2]],
  ['BatchNormalization', batchNorm([1, 3, 2, 2]), [1, 3, 2, 2]],
  ['InstanceNormalization', instanceNorm([1, 3, 2, 2]), [1, 3, 2, 2]],
  ['LayerNormalization', layerNorm([2, 3, 4], 1), [2, 3, 4]],
  ['GroupNormalization', groupNorm([1, 4, 2, 2], 2, 21), [1, 4, 2, 2]],
];

describe.each(ALL)('%s', (_, spec, shape) => {
  const signal = noise(shape, 21);

  it('passes the signal as it is in the deconvnet', async () => {
    expect(await backward({ ...spec, method: 'deconvnet' }, signal)).toEqual(signal);
  });

  it('is differentiated by guided, and by the deconvnet when asked to be exact', async () => {
    const exact = await backward({ ...spec, method: 'gradient' }, signal);
    expect(exact).not.toEqual(signal);
    expect(await backward({ ...spec, method: 'guided' }, signal)).toEqual(exact);
    expect(await backward({ ...spec, method: 'deconvnet', normalization: 'exact' }, signal)).toEqual(exact);
  });
});

describe('the exact gradient of LRN', () => {
  it('is the closed form for one channel', async () => {
    // y = x / (1 + 2x²): dy/dx = (1 - 2x²) / (1 + 2x²)², here at x = 1 and 2.
    const spec = oneNode('LRN', f32([1, 1, 1, 2], [1, 2]), {
      attributes: { size: int(1), alpha: float(2), beta: float(1), bias: float(1) },
    });
    expectClose((await backward(spec, f32([1, 1, 1, 2], [9, 81]))).data, [-1, -7]);
  });

  it.each([
    ['5 of 9 channels', lrn([2, 9, 2, 3], 5)],
    ['more channels than there are', lrn([1, 3, 2, 2], 7)],
    ['another exponent', lrn([1, 6, 3, 3], 3, 2, 0.5)],
  ])('agrees with finite differences: %s', async (_, spec) => {
    expect(await gradientError(spec)).toBeLessThan(1e-3);
  });
});

describe('an LRN written as primitive nodes', () => {
  // Rank 3, and a window of four channels: one before, two behind.
  const shape = [1, 6, 3];
  const body: readonly NodeSpec[] = [
    { opType: 'Mul', inputs: ['x', 'x'], outputs: ['squares'] },
    { opType: 'Reshape', inputs: ['squares', 'rows'], outputs: ['stacked'] },
    {
      opType: 'AveragePool',
      inputs: ['stacked'],
      outputs: ['pooled'],
      attributes: { kernel_shape: ints([4, 1]), pads: ints([1, 0, 2, 0]), count_include_pad: int(1) },
    },
    { opType: 'Reshape', inputs: ['pooled', 'shape'], outputs: ['average'] },
    { opType: 'Mul', inputs: ['average', 'alpha'], outputs: ['scaled'] },
    { opType: 'Add', inputs: ['scaled', 'bias'], outputs: ['n'] },
    { opType: 'Pow', inputs: ['n', 'beta'], outputs: ['divisor'] },
    { opType: 'Div', inputs: ['x', 'divisor'], outputs: ['y'] },
  ];
  const spec: Case = {
    nodes: [
      {
        opType: 'LRN',
        inputs: ['x'],
        attributes: { size: int(4), alpha: float(0.9), beta: float(0.75), bias: float(1.5) },
        body,
      },
    ],
    x: noise(shape, 8),
    constants: {
      rows: i64(1, 1, 6, 3),
      shape: i64(...shape),
      alpha: f32([], [0.9]),
      bias: f32([], [1.5]),
      beta: f32([], [0.75]),
    },
  };

  it('has the gradient of the operator that it stands for', async () => {
    expect(await gradientError(spec)).toBeLessThan(1e-3);
  });

  it('passes the signal in the deconvnet like the operator itself', async () => {
    const signal = noise(shape, 9);
    expect(await backward({ ...spec, method: 'deconvnet' }, signal)).toEqual(signal);
  });
});

it.each([
  ['two groups, a scale by channel', groupNorm([2, 6, 3, 2], 2, 21)],
  ['two groups, a scale by group', groupNorm([1, 6, 3, 2], 2, 18)],
  ['a group a channel', groupNorm([1, 3, 4], 3, 21)],
])('the gradient of GroupNormalization agrees with finite differences: %s', async (_, spec) => {
  expect(await gradientError(spec, 1e-2, ['x', 'scale', 'b'])).toBeLessThan(1e-3);
});

describe('the exact gradient of BatchNormalization', () => {
  it('scales each channel by scale / sqrt(var + epsilon)', async () => {
    const spec = oneNode('BatchNormalization', noise([1, 2, 2]), {
      constants: { s: f32([2], [3, -1]), b: f32([2], [7, 7]), m: f32([2], [5, 5]), v: f32([2], [3, 24]) },
      attributes: { epsilon: float(1) },
    });
    expectClose((await backward(spec, f32([1, 2, 2], [2, 4, 10, 20]))).data, [3, 6, -2, -4]);
  });

  it.each([
    ['one image, opset 7', batchNorm([1, 3, 3, 2], 7)],
    ['a batch', batchNorm([2, 3, 2, 2])],
    ['no spatial axes', batchNorm([2, 5])],
    ['three spatial axes', batchNorm([1, 2, 2, 3, 2])],
  ])('agrees with finite differences: %s', async (_, spec) => {
    expect(await gradientError(spec, 0.1, ['x', 'scale', 'b'])).toBeLessThan(1e-4);
    expect(await gradientError(spec, 1e-2, ['mean', 'variance'])).toBeLessThan(1e-3);
  });

  it.each([[[3, 2, 2, 3]], [[4, 3]], [[2, 1, 5]]])(
    'agrees with finite differences in training mode for %j',
    async (shape) => {
      const { nodes, ...spec } = batchNorm(shape);
      const training: Case = {
        ...spec,
        nodes: nodes.map(({ attributes, ...node }) => ({
          ...node,
          outputs: ['y', 'running mean', 'running variance'],
          attributes: { ...attributes, training_mode: int(1) },
        })),
        target: 'y',
      };
      expect(await gradientError(training, 1e-2, ['x', 'scale', 'b'])).toBeLessThan(2e-3);
    },
  );
});

describe('the exact gradient of InstanceNormalization', () => {
  it.each([[[2, 3, 5]], [[1, 2, 3, 4]], [[1, 2, 2, 2, 3]]])(
    'agrees with finite differences for %j',
    async (shape) => {
      expect(await gradientError(instanceNorm(shape), 1e-2, ['x', 'scale', 'b'])).toBeLessThan(2e-3);
    },
  );
});

describe('the exact gradient of LayerNormalization', () => {
  it.each([
    [[2, 3, 5], -1],
    [[2, 3, 4], 1],
    [[1, 2, 2, 3], -2],
  ])('agrees with finite differences for %j from axis %i', async (shape, axis) => {
    expect(await gradientError(layerNorm(shape, axis), 1e-2, ['x', 'scale', 'b'])).toBeLessThan(2e-3);
  });
});
