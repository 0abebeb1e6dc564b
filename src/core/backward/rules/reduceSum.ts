import { spreadOverReducedAxes } from '../reduction.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** ReduceSum: every summand gets the signal of its sum. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'ReduceSum',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) => toFirstInput(c, (signal) => spreadOverReducedAxes(c, signal)),
};
