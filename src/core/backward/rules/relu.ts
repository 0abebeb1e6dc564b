import { activation, mask } from '../gate.js';

/** Relu: y = max(x, 0), y' = 1 where y > 0, else 0. */
export const rule = activation({
  opType: 'Relu',
  domain: '',
  opsets: { min: 6 },
  saves: { outputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => mask(c, c.emit('Greater', [c.output(), c.float(0)]), signal),
});
