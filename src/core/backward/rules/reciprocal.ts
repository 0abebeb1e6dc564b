import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Reciprocal: y = 1 / x, y' = -y². */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Reciprocal',
  domain: '',
  opsets: { min: 6 },
  saves: { outputs: [0] },
  backward: (c) =>
    elementwise(c, (signal) => {
      const square = c.emit('Mul', [c.output(), c.output()]);
      return c.emit('Neg', [c.emit('Mul', [signal, square])]);
    }),
};
