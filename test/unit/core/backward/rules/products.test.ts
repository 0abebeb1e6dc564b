import { describe, expect, it } from 'vitest';

import type { Attribute } from '../../../../../src/core/onnx/model.js';
import { expectClose } from '../expectClose.js';
import { backward, f32, float, gradientError, int, noise, oneNode } from '../harness.js';
import type { Case } from '../harness.js';

/** A product of the image with a constant; `position` is the image's place among the inputs. */
const product = (
  opType: string,
  image: readonly number[],
  others: readonly (readonly number[])[],
  position: number,
  attributes: Record<string, Attribute> = {},
): Case => {
  const names = others.map((_, index) => `c${index}`);
  return {
    nodes: [{ opType, inputs: names.toSpliced(position, 0, 'x'), attributes }],
    x: noise(image, 3),
    constants: Object.fromEntries(names.map((name, index) => [name, noise(others[index] ?? [], index + 7)])),
  };
};

describe('Gemm', () => {
  it('multiplies the signal with the weights and alpha, in every method', async () => {
    for (const method of ['deconvnet', 'gradient', 'guided'] as const) {
      const spec = oneNode('Gemm', f32([1, 2], [0, 0]), {
        constants: { w: f32([3, 2], [1, 2, 3, 4, 5, 6]), b: f32([3], [9, 9, 9]) },
        attributes: { transB: int(1), alpha: float(2) },
        method,
      });
      expectClose((await backward(spec, f32([1, 3], [1, 10, -100]))).data, [2 * (31 - 500), 2 * (42 - 600)]);
    }
  });

  const flags = [0, 1].flatMap((a) => [0, 1].map((b) => [a, b] as const));
  it.each(flags)('has the exact gradient for A with transA %i, transB %i', async (transA, transB) => {
    const attributes = { transA: int(transA), transB: int(transB), alpha: float(0.5), beta: float(3) };
    const a = transA ? [3, 2] : [2, 3];
    const b = transB ? [4, 3] : [3, 4];
    expect(await gradientError(product('Gemm', a, [b, [4]], 0, attributes), 0.5)).toBeLessThan(1e-4);
    expect(await gradientError(product('Gemm', b, [a, [4]], 1, attributes), 0.5)).toBeLessThan(1e-4);
  });

  it.each([[[4]], [[2, 1]], [[1]], [[2, 4]], [[]]])('has the exact gradient for C of shape %j', async (c) => {
    const spec = product(
      'Gemm',
      c,
      [
        [2, 3],
        [3, 4],
      ],
      2,
      { beta: float(-2) },
    );
    expect(await gradientError(spec, 0.5)).toBeLessThan(1e-4);
  });
});

describe('MatMul', () => {
  it('multiplies the signal with the transposed weights, in every method', async () => {
    for (const method of ['deconvnet', 'gradient', 'guided'] as const) {
      const spec = oneNode('MatMul', f32([1, 2], [0, 0]), {
        constants: { w: f32([2, 3], [1, 3, 5, 2, 4, 6]) },
        method,
      });
      expectClose((await backward(spec, f32([1, 3], [1, 10, -100]))).data, [31 - 500, 42 - 600]);
    }
  });

  it.each([
    [
      [2, 3],
      [3, 4],
    ],
    [[3], [3, 4]],
    [[2, 3], [3]],
    [[3], [3]],
    [
      [2, 5, 3],
      [3, 4],
    ],
    [
      [2, 3],
      [5, 3, 4],
    ],
    [
      [2, 1, 2, 3],
      [5, 3, 4],
    ],
    [
      [5, 2, 3],
      [2, 1, 3, 4],
    ],
    [[2, 5, 3], [3]],
    [[3], [2, 3, 4]],
  ])('has the exact gradient for both factors of %j x %j', async (a, b) => {
    expect(await gradientError(product('MatMul', a, [b], 0), 0.5)).toBeLessThan(1e-4);
    expect(await gradientError(product('MatMul', b, [a], 1), 0.5)).toBeLessThan(1e-4);
  });

  it('has the exact gradient where both factors are the image', async () => {
    const spec: Case = { nodes: [{ opType: 'MatMul', inputs: ['x', 'x'] }], x: noise([3, 3]) };
    expect(await gradientError(spec)).toBeLessThan(1e-3);
  });
});
