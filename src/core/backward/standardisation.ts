/** What the normalisation operators have in common. */

import { int } from '../onnx/attributes.js';
import { lazily } from './signals.js';
import type { BackwardContext, ValueName } from './rule.js';

/** The steps of x^ = (x - mean) / sqrt(variance + epsilon), mean and variance taken over some axes. */
export interface Standardisation {
  readonly axes: readonly number[];
  /** sqrt(variance + epsilon), with axes of size 1. */
  readonly deviation: ValueName;
  /** x^, of x's shape. */
  readonly standard: ValueName;
}

/** Standardises x again, from the value that the forward run has kept: once, when it is first asked for. */
export function standardisation(
  c: BackwardContext,
  x: () => ValueName,
  axes: readonly number[],
  epsilon: number,
): () => Standardisation {
  return lazily(() => {
    const value = x();
    const centred = c.emit('Sub', [value, meanOver(c, value, axes)]);
    const variance = meanOver(c, c.emit('Mul', [centred, centred]), axes);
    const deviation = c.emit('Sqrt', [c.emit('Add', [variance, c.float(epsilon)])]);
    return { axes, deviation, standard: c.emit('Div', [centred, deviation]) };
  });
}

/** The signal at x from the signal s at x^: (s - mean(s) - x^·mean(s·x^)) / sqrt(variance + epsilon). */
export function standardisationGradient(
  c: BackwardContext,
  signal: ValueName,
  { axes, deviation, standard }: Standardisation,
): ValueName {
  const along = c.emit('Mul', [standard, meanOver(c, c.emit('Mul', [signal, standard]), axes)]);
  const across = c.emit('Sub', [c.emit('Sub', [signal, meanOver(c, signal, axes)]), along]);
  return c.emit('Div', [across, deviation]);
}

function meanOver(c: BackwardContext, value: ValueName, axes: readonly number[]): ValueName {
  return c.emit('ReduceMean', [value, c.int64(axes)], { keepdims: int(1) });
}

/** A value by channel, [C], in a form that broadcasts to input 0, [N, C, D1, ...]. */
export function perChannel(c: BackwardContext, value: ValueName): ValueName {
  return c.emit('Reshape', [value, c.int64([-1, ...c.inputShape(0).slice(2).fill(1)])]);
}
