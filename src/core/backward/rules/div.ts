import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Div: y = a / b sends s / b to a and -s·a / b² to b. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Div',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1] },
  backward: (c) =>
    elementwise(c, (signal, index) => {
      const b = c.input(1);
      const quotient = c.emit('Div', [signal, b]);
      return index === 0
        ? quotient
        : c.emit('Neg', [c.emit('Div', [c.emit('Mul', [quotient, c.input(0)]), b])]);
    }),
};
