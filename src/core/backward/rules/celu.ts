import { floatAttribute } from '../../onnx/attributes.js';
import { activation } from '../gate.js';

/** Celu: y' = 1 where x > 0, else exp(x / alpha), alpha 1. */
export const rule = activation({
  opType: 'Celu',
  domain: '',
  opsets: { min: 12 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const x = c.input(0);
    const alpha = c.float(floatAttribute(c.node, 'alpha') ?? 1);
    const slope = c.emit('Exp', [c.emit('Div', [x, alpha])]);
    const positive = c.emit('Greater', [x, c.float(0)]);
    return c.emit('Where', [positive, signal, c.emit('Mul', [signal, slope])]);
  },
});
