import { floatAttribute } from '../../onnx/attributes.js';
import { activation } from '../gate.js';

/** Selu: y' = gamma where x > 0, else gamma·alpha·exp(x). */
export const rule = activation({
  opType: 'Selu',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const x = c.input(0);
    const alpha = floatAttribute(c.node, 'alpha') ?? 1.6732632423543772;
    const gamma = floatAttribute(c.node, 'gamma') ?? 1.0507009873554805;
    const positive = c.emit('Greater', [x, c.float(0)]);
    const left = c.emit('Mul', [c.float(gamma * alpha), c.emit('Exp', [x])]);
    return c.emit('Mul', [signal, c.emit('Where', [positive, c.float(gamma), left])]);
  },
});
