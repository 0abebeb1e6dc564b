import { floatAttribute } from '../../onnx/attributes.js';
import { activation } from '../gate.js';

/** Elu: y' = 1 where x > 0, else alpha·exp(x), alpha 1. */
export const rule = activation({
  opType: 'Elu',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const x = c.input(0);
    const alpha = c.float(floatAttribute(c.node, 'alpha') ?? 1);
    const slope = c.emit('Mul', [alpha, c.emit('Exp', [x])]);
    const positive = c.emit('Greater', [x, c.float(0)]);
    return c.emit('Where', [positive, signal, c.emit('Mul', [signal, slope])]);
  },
});
