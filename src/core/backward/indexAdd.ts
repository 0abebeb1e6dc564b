/** The adjoint of picking positions along an axis: what Slice, Gather, Pad and Resize have in common. */

import { int, string } from '../onnx/attributes.js';
import type { BackwardContext, ValueName } from './rule.js';

/** A tensor of the backward model together with its static shape. */
export interface Shaped {
  readonly value: ValueName;
  readonly shape: readonly number[];
}

/**
 * If y[.., p, ..] = x[.., positions[p], ..] along `axis`, gives the signal at x from the signal at y: zeros of
 * x's shape, `size` along the axis, to which signal[p] is added at positions[p].
 */
export function indexAdd(
  c: BackwardContext,
  signal: Shaped,
  axis: number,
  positions: readonly number[],
  size: number,
): Shaped {
  return indexAddAt(c, signal, axis, c.int64(positions), size);
}

/** The same for positions that the forward model computes: whole numbers, as many as `signal` is long. */
export function indexAddAt(
  c: BackwardContext,
  signal: Shaped,
  axis: number,
  positions: ValueName,
  size: number,
): Shaped {
  const shape = signal.shape.with(axis, size);
  const line = signal.shape.map((length, i) => (i === axis ? length : 1));
  const indices = c.emit('Expand', [c.emit('Reshape', [positions, c.int64(line)]), c.int64(signal.shape)]);
  const zeros = c.emit('Expand', [c.float(0), c.int64(shape)]);
  const value = c.emit('ScatterElements', [zeros, indices, signal.value], {
    axis: int(axis),
    reduction: string('add'),
  });
  return { value, shape };
}
