import { floatAttribute } from '../../onnx/attributes.js';
import { activation, mask } from '../gate.js';

/** HardSigmoid: y = min(max(alpha·x + beta, 0), 1), alpha 0.2, beta 0.5; y' = alpha where 0 < y < 1, else 0. */
export const rule = activation({
  opType: 'HardSigmoid',
  domain: '',
  opsets: { min: 6 },
  saves: { outputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const y = c.output();
    const inside = c.emit('And', [c.emit('Greater', [y, c.float(0)]), c.emit('Less', [y, c.float(1)])]);
    const alpha = c.float(floatAttribute(c.node, 'alpha') ?? 0.2);
    return mask(c, inside, c.emit('Mul', [signal, alpha]));
  },
});
