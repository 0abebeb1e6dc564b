import { floatAttribute } from '../../onnx/attributes.js';
import { toFirstInput } from '../signals.js';
import { perChannel, standardisationGradient } from '../standardisation.js';
import type { OperatorRule } from '../rule.js';

/** InstanceNormalization: each map is standardised over its own elements, then scaled by channel. */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'InstanceNormalization',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [0, 1] },
  gradient: (c) =>
    toFirstInput(c, (signal) => {
      const axes = [...c.inputShape(0).keys()].slice(2);
      const scaled = c.emit('Mul', [signal, perChannel(c, 1)]);
      const epsilon = floatAttribute(c.node, 'epsilon') ?? 1e-5;
      return standardisationGradient(c, scaled, c.input(0), axes, epsilon);
    }),
};
