import { activation } from '../gate.js';

/** Sigmoid: y = 1 / (1 + exp(-x)), y' = y·(1 - y). */
export const rule = activation({
  opType: 'Sigmoid',
  domain: '',
  opsets: { min: 6 },
  saves: { outputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const y = c.output();
    const slope = c.emit('Mul', [y, c.emit('Sub', [c.float(1), y])]);
    return c.emit('Mul', [signal, slope]);
  },
});
