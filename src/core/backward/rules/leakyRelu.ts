import { floatAttribute } from '../../onnx/attributes.js';
import { activation } from '../gate.js';

/** LeakyRelu: y' = 1 where x > 0, else alpha (0.01). */
export const rule = activation({
  opType: 'LeakyRelu',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const alpha = c.float(floatAttribute(c.node, 'alpha') ?? 0.01);
    const positive = c.emit('Greater', [c.input(0), c.float(0)]);
    return c.emit('Where', [positive, signal, c.emit('Mul', [signal, alpha])]);
  },
});
