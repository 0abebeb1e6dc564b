import { describe, expect, it, test } from 'vitest';

import { expectClose } from '../expectClose.js';
import { backward, f32, gradientError, int, noise, oneNode } from '../harness.js';
import type { Tensor } from '../../../../../src/core/tensor.js';

const thirds = f32([1, 2], [0, Math.log(3)]);

test('Softmax sends y·(s - sum(s·y)) back, in every method', async () => {
  for (const method of ['deconvnet', 'gradient', 'guided'] as const) {
    const spec = oneNode('Softmax', thirds, { method });
    expectClose((await backward(spec, f32([1, 2], [4, 8]))).data, [0.25 * (4 - 7), 0.75 * (8 - 7)]);
  }
});

test('LogSoftmax sends s - exp(y)·sum(s) back, in every method', async () => {
  for (const method of ['deconvnet', 'gradient', 'guided'] as const) {
    const spec = oneNode('LogSoftmax', thirds, { method });
    expectClose((await backward(spec, f32([1, 2], [4, 8]))).data, [4 - 3, 8 - 9]);
  }
});

describe.each(['Softmax', 'LogSoftmax'])('the gradient of %s', (opType) => {
  it.each([
    [11, undefined],
    [11, 0],
    [11, 1],
    [11, 2],
    [11, -1],
    [13, undefined],
    [13, 0],
    [13, 1],
    [17, -2],
  ])('agrees with finite differences in opset %i with axis %s', async (opset, axis) => {
    const attributes = axis === undefined ? {} : { axis: int(axis) };
    expect(await gradientError(oneNode(opType, noise([2, 3, 4]), { opset, attributes }))).toBeLessThan(3e-3);
  });
});

describe('Dropout', () => {
  const ratio = f32([], [0.5]);
  const flag = (value: number): Tensor => ({ dtype: 'bool', shape: [], data: Uint8Array.of(value) });
  const signal = f32([1, 3], [1, -2, 3]);

  it.each([
    ['opset 7', oneNode('Dropout', noise([1, 3]), { opset: 7 })],
    ['opset 13', oneNode('Dropout', noise([1, 3]), { opset: 13, constants: { ratio } })],
    ['training_mode false', oneNode('Dropout', noise([1, 3]), { constants: { ratio, training: flag(0) } })],
  ])('passes the signal as it is at inference: %s', async (_, spec) => {
    for (const method of ['deconvnet', 'gradient', 'guided'] as const) {
      expect(await backward({ ...spec, method }, signal)).toEqual(signal);
    }
  });

  it('is refused where it drops at random', async () => {
    const spec = oneNode('Dropout', noise([1, 3]), { constants: { ratio, training: flag(1) } });
    await expect(backward(spec, signal)).rejects.toThrow(
      "node 'dropout0' (Dropout): it drops units at random",
    );
  });
});
