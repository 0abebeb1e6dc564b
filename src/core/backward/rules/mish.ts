import { activation } from '../gate.js';

/** Mish: y = x·t with t = tanh(softplus(x)), y' = t + x·σ(x)·(1 - t²). */
export const rule = activation({
  opType: 'Mish',
  domain: '',
  opsets: { min: 18 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const x = c.input(0);
    const t = c.emit('Tanh', [c.emit('Softplus', [x])]);
    const tSlope = c.emit('Mul', [
      c.emit('Sigmoid', [x]),
      c.emit('Sub', [c.float(1), c.emit('Mul', [t, t])]),
    ]);
    return c.emit('Mul', [signal, c.emit('Add', [t, c.emit('Mul', [x, tSlope])])]);
  },
});
