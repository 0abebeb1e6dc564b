import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Exp: y' = y. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Exp',
  domain: '',
  opsets: { min: 6 },
  saves: { outputs: [0] },
  backward: (c) => elementwise(c, (signal) => c.emit('Mul', [signal, c.output()])),
};
