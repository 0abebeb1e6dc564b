/** The commonest ways in which a rule hands signals to its inputs. */

import type { BackwardContext, InputSignals, ValueName } from './rule.js';

/**
 * The signal at output 0, sent to input 0 through `adjoint`; nothing where no signal arrives or none is
 * wanted at input 0.
 */
export function toFirstInput(c: BackwardContext, adjoint: (signal: ValueName) => ValueName): InputSignals {
  const signal = c.signal();
  return new Map(signal === undefined || !c.needs(0) ? [] : [[0, adjoint(signal)]]);
}

/**
 * For operators on inputs that broadcast to the output's shape: the signal goes through `adjoint` to every
 * input at which one is wanted, summed over the axes along which that input was broadcast.
 */
export function elementwise(
  c: BackwardContext,
  adjoint: (signal: ValueName, index: number) => ValueName,
): InputSignals {
  const signal = c.signal();
  if (signal === undefined) {
    return new Map();
  }
  const wanted = [...c.node.inputs.keys()].filter((index) => c.needs(index));
  return new Map(
    wanted.map((index) => [
      index,
      c.unbroadcast(adjoint(signal, index), c.outputShape(), c.inputShape(index)),
    ]),
  );
}

/** For operators that keep the elements and their order. */
export function reshapeToInput(c: BackwardContext): InputSignals {
  return toFirstInput(c, (signal) => c.emit('Reshape', [signal, c.int64(c.inputShape(0))]));
}
