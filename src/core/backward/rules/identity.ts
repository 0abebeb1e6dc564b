import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Identity: the signal passes as it is. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Identity',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) => toFirstInput(c, (signal) => signal),
};
