import { activation } from '../gate.js';

/** Softplus: y = ln(1 + exp(x)), y' = σ(x). */
export const rule = activation({
  opType: 'Softplus',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => c.emit('Mul', [signal, c.emit('Sigmoid', [c.input(0)])]),
});
