/** The adjoint of reducing over axes. */

import { int, intAttribute } from '../onnx/attributes.js';
import { integers, wrapAxis } from './axes.js';
import type { BackwardContext, ValueName } from './rule.js';

/** Repeats the signal at a Reduce operator's output along the reduced axes, giving the input's shape. */
export function spreadOverReducedAxes(c: BackwardContext, signal: ValueName): ValueName {
  const shape = c.inputShape(0);
  const reduced = reducedAxes(c);
  const kept = c.emit('Reshape', [
    signal,
    c.int64(shape.map((size, axis) => (reduced.has(axis) ? 1 : size))),
  ]);
  return c.emit('Expand', [kept, c.int64(shape)]);
}

/** The sum of a value of the input's shape over the reduced axes, which stay as axes of size 1. */
export function sumOverReducedAxes(c: BackwardContext, value: ValueName): ValueName {
  const axes = [...reducedAxes(c)];
  // To ReduceSum an empty list means all of them.
  return axes.length === 0 ? value : c.emit('ReduceSum', [value, c.int64(axes)], { keepdims: int(1) });
}

/** No axes means all of them, unless `noop_with_empty_axes` says none. */
function reducedAxes(c: BackwardContext): ReadonlySet<number> {
  const rank = c.inputShape(0).length;
  const axes = integers(c, 'axes', 1) ?? [];
  if (axes.length === 0 && intAttribute(c.node, 'noop_with_empty_axes') !== 1) {
    return new Set(Array.from({ length: rank }, (_, axis) => axis));
  }
  return new Set(axes.map((axis) => wrapAxis(axis, rank)));
}
