import { activation } from '../gate.js';
import type { BackwardContext, ValueName } from '../rule.js';

const isPositive = (c: BackwardContext): ValueName => c.emit('Greater', [c.input(0), c.float(0)]);

/** PRelu: y' = 1 where x > 0, else the slope (input 1, broadcast to x), which gets s·x there. */
export const rule = activation({
  opType: 'PRelu',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1] },
  features: 'positive',
  differentiate: (c, signal) => c.emit('Where', [isPositive(c), signal, c.emit('Mul', [signal, c.input(1)])]),
  parameters: [
    (c, signal) => c.emit('Where', [isPositive(c), c.float(0), c.emit('Mul', [signal, c.input(0)])]),
  ],
});
