import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Sqrt: y' = 1 / (2y). */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Sqrt',
  domain: '',
  opsets: { min: 6 },
  saves: { outputs: [0] },
  backward: (c) =>
    elementwise(c, (signal) => c.emit('Div', [signal, c.emit('Mul', [c.output(), c.float(2)])])),
};
