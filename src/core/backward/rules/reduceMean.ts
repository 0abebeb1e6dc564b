import { elementCount } from '../../tensor.js';
import { spreadOverReducedAxes } from '../reduction.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** ReduceMean: each of the n elements of a mean gets the n-th part of its signal. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'ReduceMean',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const count = elementCount(c.inputShape(0)) / elementCount(c.outputShape());
      return spreadOverReducedAxes(c, c.emit('Mul', [signal, c.float(1 / count)]));
    }),
};
