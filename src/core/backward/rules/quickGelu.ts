import { floatAttribute } from '../../onnx/attributes.js';
import { activation } from '../gate.js';
import { differentiateSwish } from './swish.js';

/** QuickGelu of onnxruntime: y = x·σ(alpha·x), alpha 1.702. */
export const rule = activation({
  opType: 'QuickGelu',
  domain: 'com.microsoft',
  opsets: { min: 1 },
  saves: { inputs: [0] },
  features: 'positive',
  differentiate: (c, signal) => differentiateSwish(c, signal, floatAttribute(c.node, 'alpha') ?? 1.702),
});
