import { int, intAttribute } from '../../onnx/attributes.js';
import { wrapAxis } from '../axes.js';
import type { InputSignals, OperatorRule, ValueName } from '../rule.js';

/** Concat: each input gets its part of the signal. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Concat',
  domain: '',
  opsets: { min: 4 },
  saves: {},
  backward: (c): InputSignals => {
    const signal = c.signal();
    if (signal === undefined) {
      return new Map();
    }
    const axis = wrapAxis(intAttribute(c.node, 'axis') ?? 0, c.outputShape().length);
    const sizes = c.node.inputs.map((_, index) => c.inputShape(index)[axis] ?? 1);
    const parts = c.emitMany('Split', [signal, c.int64(sizes)], sizes.length, { axis: int(axis) });
    const wanted = [...parts.entries()].filter(([index]) => c.needs(index));
    return new Map<number, ValueName>(wanted);
  },
};
