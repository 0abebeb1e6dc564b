import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Erf: y' = 2/√π·exp(-x²). */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Erf',
  domain: '',
  opsets: { min: 9 },
  saves: { inputs: [0] },
  backward: (c) =>
    elementwise(c, (signal) => {
      const x = c.input(0);
      const bell = c.emit('Exp', [c.emit('Neg', [c.emit('Mul', [x, x])])]);
      return c.emit('Mul', [signal, c.emit('Mul', [bell, c.float(2 / Math.sqrt(Math.PI))])]);
    }),
};
