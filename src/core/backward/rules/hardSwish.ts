import { activation } from '../gate.js';

/** HardSwish: y = x·min(max(x/6 + 1/2, 0), 1), y' = 0 up to x = -3, x/3 + 1/2 between, 1 from x = 3. */
export const rule = activation({
  opType: 'HardSwish',
  domain: '',
  opsets: { min: 14 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const x = c.input(0);
    const line = c.emit('Add', [c.emit('Mul', [x, c.float(1 / 3)]), c.float(0.5)]);
    const right = c.emit('Where', [c.emit('Less', [x, c.float(3)]), line, c.float(1)]);
    const slope = c.emit('Where', [c.emit('Greater', [x, c.float(-3)]), right, c.float(0)]);
    return c.emit('Mul', [signal, slope]);
  },
});
