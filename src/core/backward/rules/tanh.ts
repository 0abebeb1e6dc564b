import { activation } from '../gate.js';

/** Tanh: y' = 1 - y². */
export const rule = activation({
  opType: 'Tanh',
  domain: '',
  opsets: { min: 6 },
  saves: { outputs: [0] },
  features: 'signed',
  differentiate: (c, signal) => {
    const y = c.output();
    return c.emit('Mul', [signal, c.emit('Sub', [c.float(1), c.emit('Mul', [y, y])])]);
  },
});
