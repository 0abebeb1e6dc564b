import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Abs: y' = sign(x), 0 at 0. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Abs',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [0] },
  backward: (c) => elementwise(c, (signal) => c.emit('Mul', [signal, c.emit('Sign', [c.input(0)])])),
};
