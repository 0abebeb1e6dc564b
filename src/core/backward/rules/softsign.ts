import { activation } from '../gate.js';

/** Softsign: y = x / (1 + |x|), y' = 1 / (1 + |x|)². */
export const rule = activation({
  opType: 'Softsign',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0] },
  features: 'signed',
  differentiate: (c, signal) => {
    const root = c.emit('Add', [c.emit('Abs', [c.input(0)]), c.float(1)]);
    return c.emit('Div', [signal, c.emit('Mul', [root, root])]);
  },
});
