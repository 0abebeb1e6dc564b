import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Expand: the signal is summed over the axes that were stretched. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Expand',
  domain: '',
  opsets: { min: 8 },
  saves: {},
  backward: (c) => toFirstInput(c, (signal) => c.unbroadcast(signal, c.outputShape(), c.inputShape(0))),
};
