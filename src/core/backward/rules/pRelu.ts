import { activation } from '../gate.js';

/** PRelu: y' = 1 where x > 0, else the slope (input 1, broadcast to x). */
export const rule = activation({
  opType: 'PRelu',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1] },
  features: 'positive',
  differentiate: (c, signal) => {
    const positive = c.emit('Greater', [c.input(0), c.float(0)]);
    return c.emit('Where', [positive, signal, c.emit('Mul', [signal, c.input(1)])]);
  },
});
