import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Log: y' = 1 / x. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Log',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [0] },
  backward: (c) => elementwise(c, (signal) => c.emit('Div', [signal, c.input(0)])),
};
