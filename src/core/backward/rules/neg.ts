import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Neg: y' = -1. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Neg',
  domain: '',
  opsets: { min: 6 },
  saves: {},
  backward: (c) => elementwise(c, (signal) => c.emit('Neg', [signal])),
};
