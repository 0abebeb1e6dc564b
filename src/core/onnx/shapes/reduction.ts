/** Reductions over axes. */

import { intAttribute } from '../attributes.js';
import type { Dimension } from '../model.js';
import { unknownShape } from './dimensions.js';
import type { Shape } from './dimensions.js';
import { stored } from './evaluation.js';
import { axisOf, forAll, integers, numbersOf } from './inference.js';
import type { Fact, Inference, InferenceContext, InferenceTable } from './inference.js';

/** The shape without the axes, or with size 1 there. */
function reducedShape(shape: Shape, axes: ReadonlySet<number>, keepsAxes: boolean): Shape {
  return keepsAxes
    ? shape.map((size, axis) => (axes.has(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.has(axis));
}

/** No axes means all of them, unless `noop_with_empty_axes` says none; undefined where they are unknown. */
function reducedAxes(c: InferenceContext, shape: Shape): ReadonlySet<number> | undefined {
  const axes = integers(c, 'axes', 1) ?? [];
  if (axes === 'unknown') {
    return undefined;
  }
  if (axes.length === 0 && intAttribute(c.node, 'noop_with_empty_axes') !== 1) {
    return new Set(shape.keys());
  }
  return new Set(axes.map((axis) => axisOf(c, axis, shape)));
}

/** A reduction; `fold` follows the values of a one-dimensional tensor reduced to one element. */
function reduction(fold?: (values: readonly number[]) => number): Inference {
  return (c) => {
    const x = c.input(0);
    const keepsAxes = (intAttribute(c.node, 'keepdims') ?? 1) === 1;
    const { shape: from, dtype } = x;
    if (from === undefined) {
      return [{ dtype }];
    }
    const axes = reducedAxes(c, from);
    if (axes === undefined) {
      return [{ dtype, shape: keepsAxes ? unknownShape(from.length) : undefined }];
    }
    const shape = reducedShape(from, axes, keepsAxes);
    const values = fold && axes.size === from.length ? folded(x, fold) : undefined;
    return [{ dtype, shape, values }];
  };
}

function folded(x: Fact, fold: (values: readonly number[]) => number): readonly Dimension[] | undefined {
  const numbers = numbersOf(x);
  if (numbers !== undefined) {
    return numbers.length === 0 ? undefined : [stored(fold(numbers), x.dtype)];
  }
  // The symbol of a dynamic size survives the reduction of itself alone.
  return x.values?.length === 1 ? x.values : undefined;
}

const argument: Inference = (c) => {
  const { shape } = c.input(0);
  const keepsAxes = (intAttribute(c.node, 'keepdims') ?? 1) === 1;
  const axis = intAttribute(c.node, 'axis') ?? 0;
  return [
    {
      dtype: 'int64',
      shape: shape && reducedShape(shape, new Set([axisOf(c, axis, shape)]), keepsAxes),
    },
  ];
};

const topK: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  const k = intAttribute(c.node, 'k') ?? c.input(1).values?.[0];
  const chosen = shape?.map((size, position) =>
    position === axisOf(c, intAttribute(c.node, 'axis') ?? -1, shape) ? k : size,
  );
  return [
    { dtype, shape: chosen },
    { dtype: 'int64', shape: chosen },
  ];
};

export const REDUCTIONS: InferenceTable = {
  ...forAll(
    ['ReduceMean', 'ReduceL1', 'ReduceL2', 'ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'],
    reduction(),
  ),
  ReduceSum: reduction((values) => values.reduce((a, b) => a + b, 0)),
  ReduceProd: reduction((values) => values.reduce((a, b) => a * b, 1)),
  ReduceMax: reduction((values) => Math.max(...values)),
  ReduceMin: reduction((values) => Math.min(...values)),
  ArgMax: argument,
  ArgMin: argument,
  TopK: topK,
};
