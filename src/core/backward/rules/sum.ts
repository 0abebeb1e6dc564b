import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Sum: the signal goes to every term. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Sum',
  domain: '',
  opsets: { min: 6 },
  saves: {},
  backward: (c) => elementwise(c, (signal) => signal),
};
