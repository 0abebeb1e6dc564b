import { int, ints } from '../../onnx/attributes.js';
import type { BackwardContext, OperatorRule, ValueName } from '../rule.js';

/**
 * MatMul: Y = A·B sends S·Bᵀ to A and Aᵀ·S to B, stacks of matrices broadcast against each other and vectors
 * taken as one row (A) or one column (B).
 */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'MatMul',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0, 1] },
  backward: (c) => {
    const results = new Map<number, ValueName>();
    const arriving = c.signal();
    if (arriving === undefined) {
      return results;
    }
    const a = matrices(c, 0);
    const b = matrices(c, 1);
    const stack = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [rows, inner, columns] = [a.shape.at(-2) ?? 1, a.shape.at(-1) ?? 1, b.shape.at(-1) ?? 1];
    const signal = reshape(c, arriving, c.outputShape(), [...stack, rows, columns]);
    const finish = (value: ValueName, from: readonly number[], index: number): void => {
      const { shape } = index === 0 ? a : b;
      results.set(index, reshape(c, c.unbroadcast(value, from, shape), shape, c.inputShape(index)));
    };
    if (c.needs(0)) {
      const shape = [...stack, rows, inner];
      if (b.shape.length === 2) {
        // One matrix, as a weight is: Gemm reads it transposed without a copy.
        const flat = reshape(c, signal, [...stack, rows, columns], [-1, columns]);
        const product = c.emit('Gemm', [flat, b.value()], { transB: int(1) });
        finish(reshape(c, product, [-1, inner], shape), shape, 0);
      } else {
        finish(c.emit('MatMul', [signal, turned(c, b.value(), b.shape.length)]), shape, 0);
      }
    }
    if (c.needs(1) && b.shape.length === 2) {
      // All rows of the stack multiply the one matrix.
      const left = reshape(c, a.value(), a.shape, [-1, inner]);
      const right = reshape(c, signal, [...stack, rows, columns], [-1, columns]);
      const product = c.emit('Gemm', [left, right], { transA: int(1) });
      finish(product, [inner, columns], 1);
    } else if (c.needs(1)) {
      const product = c.emit('MatMul', [turned(c, a.value(), a.shape.length), signal]);
      finish(product, [...stack, inner, columns], 1);
    }
    return results;
  },
};

/** An operand as matrices; its value is emitted only when it is asked for. */
function matrices(c: BackwardContext, index: 0 | 1): { shape: readonly number[]; value: () => ValueName } {
  const given = c.inputShape(index);
  const shape = given.length > 1 ? given : index === 0 ? [1, ...given] : [...given, 1];
  return { shape, value: () => reshape(c, c.input(index), given, shape) };
}

function reshape(
  c: BackwardContext,
  value: ValueName,
  from: readonly number[],
  to: readonly number[],
): ValueName {
  return from.length === to.length && from.every((size, axis) => size === to[axis])
    ? value
    : c.emit('Reshape', [value, c.int64(to)]);
}

function turned(c: BackwardContext, value: ValueName, rank: number): ValueName {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  return c.emit('Transpose', [value], { perm: ints([...axes.slice(0, -2), rank - 1, rank - 2]) });
}

/** The common shape of two stacks of matrices. */
function broadcast(a: readonly number[], b: readonly number[]): readonly number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const fromA = a[axis - rank + a.length] ?? 1;
    return fromA === 1 ? (b[axis - rank + b.length] ?? 1) : fromA;
  });
}
