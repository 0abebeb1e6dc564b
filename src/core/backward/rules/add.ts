import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Add: the signal goes to both terms. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Add',
  domain: '',
  opsets: { min: 7 },
  saves: {},
  backward: (c) => elementwise(c, (signal) => signal),
};
