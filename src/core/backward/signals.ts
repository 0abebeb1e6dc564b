/** The commonest ways in which a rule hands signals to its inputs. */

import { int } from '../onnx/attributes.js';
import type { BackwardContext, InputSignals, ValueName } from './rule.js';

/** Emits the signal at one input from the signal at output 0. */
export type Adjoint = (signal: ValueName) => ValueName;

/**
 * The signal at output 0, sent to each input through its own adjoint; nothing where no signal arrives, and no adjoint
 * is asked whose input wants none.
 * @param adjoints by input index
 */
export function toInputs(c: BackwardContext, adjoints: Readonly<Record<number, Adjoint>>): InputSignals {
  const signal = c.signal();
  if (signal === undefined) {
    return new Map();
  }
  return new Map(
    Object.entries(adjoints)
      .filter(([index]) => c.needs(Number(index)))
      .map(([index, adjoint]) => [Number(index), adjoint(signal)]),
  );
}

/** For operators that send a signal to input 0 alone. */
export function toFirstInput(c: BackwardContext, adjoint: Adjoint): InputSignals {
  return toInputs(c, [adjoint]);
}

/** The sum of a value [N, C, D1, ...] by channel: the signal at what was added to every element of a map. */
export function sumOverMaps(c: BackwardContext, value: ValueName): ValueName {
  const axes = [...c.outputShape().keys()].filter((axis) => axis !== 1);
  return c.emit('ReduceSum', [value, c.int64(axes)], { keepdims: int(0) });
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

/** What is emitted when it is first asked for, and then is there. */
export function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
