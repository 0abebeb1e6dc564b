import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Mul: y = a·b sends s·b to a and s·a to b. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Mul',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1] },
  backward: (c) => elementwise(c, (signal, index) => c.emit('Mul', [signal, c.input(1 - index)])),
};
