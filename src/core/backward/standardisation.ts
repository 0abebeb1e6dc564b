/** What the normalisation operators have in common. */

import { int } from '../onnx/attributes.js';
import type { BackwardContext, ValueName } from './rule.js';

/**
 * The exact gradient of x^ = (x - mean) / sqrt(variance + epsilon), mean and variance taken over `axes`:
 * (s - mean(s) - x^·mean(s·x^)) / sqrt(variance + epsilon) for the signal s at x^.
 */
export function standardisationGradient(
  c: BackwardContext,
  signal: ValueName,
  x: ValueName,
  axes: readonly number[],
  epsilon: number,
): ValueName {
  const over = c.int64(axes);
  const mean = (value: ValueName): ValueName => c.emit('ReduceMean', [value, over], { keepdims: int(1) });
  const centred = c.emit('Sub', [x, mean(x)]);
  const variance = mean(c.emit('Mul', [centred, centred]));
  const deviation = c.emit('Sqrt', [c.emit('Add', [variance, c.float(epsilon)])]);
  const standard = c.emit('Div', [centred, deviation]);
  const along = c.emit('Mul', [standard, mean(c.emit('Mul', [signal, standard]))]);
  const across = c.emit('Sub', [c.emit('Sub', [signal, mean(signal)]), along]);
  return c.emit('Div', [across, deviation]);
}

/** A per-channel parameter [C] in a form that broadcasts to [N, C, D1, ...]; others keep their shape. */
export function perChannel(c: BackwardContext, index: number): ValueName {
  const shape = c.inputShape(index);
  return shape.length === 1
    ? c.emit('Reshape', [c.input(index), c.int64([-1, ...c.inputShape(0).slice(2).fill(1)])])
    : c.input(index);
}
