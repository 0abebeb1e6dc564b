import { floatAttribute } from '../../onnx/attributes.js';
import { activation, mask } from '../gate.js';

/** ThresholdedRelu: y = x where x > alpha (1), else 0; y' = 1 where x > alpha, else 0. */
export const rule = activation({
  opType: 'ThresholdedRelu',
  domain: '',
  opsets: { min: 10 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => {
    const alpha = c.float(floatAttribute(c.node, 'alpha') ?? 1);
    return mask(c, c.emit('Greater', [c.input(0), alpha]), signal);
  },
});
