import { intAttribute } from '../../onnx/attributes.js';
import { knownInput, wrapAxis } from '../axes.js';
import { indexAdd } from '../indexAdd.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Gather with constant indices (a selection of channels): the signal is added at the positions taken. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Gather',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const inputShape = c.inputShape(0);
      const axis = wrapAxis(intAttribute(c.node, 'axis') ?? 0, inputShape.length);
      const size = inputShape[axis] ?? 1;
      const positions = knownInput(c, 1).map((index) => wrapAxis(index, size));
      const shape = inputShape.with(axis, positions.length);
      const flat = c.emit('Reshape', [signal, c.int64(shape)]);
      return indexAdd(c, { value: flat, shape }, axis, positions, size).value;
    }),
};
