import { intAttribute } from '../../onnx/attributes.js';
import { elementCount } from '../../tensor.js';
import { wrapAxis } from '../axes.js';
import { indexAddAt } from '../indexAdd.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Gather, a selection of channels among others: the signal is added at the positions taken. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Gather',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [1] },
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const inputShape = c.inputShape(0);
      const axis = wrapAxis(intAttribute(c.node, 'axis') ?? 0, inputShape.length);
      const shape = inputShape.with(axis, elementCount(c.inputShape(1)));
      const flat = c.emit('Reshape', [signal, c.int64(shape)]);
      return indexAddAt(c, { value: flat, shape }, axis, c.input(1), inputShape[axis] ?? 1).value;
    }),
};
