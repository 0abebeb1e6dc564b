import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import { toFirstInput } from '../signals.js';
import { perChannel, standardisationGradient } from '../standardisation.js';
import type { OperatorRule } from '../rule.js';

/**
 * BatchNormalization: y = scale·(x - mean) / sqrt(var + epsilon) + bias, with the statistics of the training
 * run as constants, or with those of the batch where `training_mode` says so.
 */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'BatchNormalization',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1, 4] },
  gradient: (c) =>
    toFirstInput(c, (signal) => {
      const epsilon = floatAttribute(c.node, 'epsilon') ?? 1e-5;
      const scaled = c.emit('Mul', [signal, perChannel(c, 1)]);
      if (intAttribute(c.node, 'training_mode') === 1) {
        const axes = [...c.inputShape(0).keys()].filter((axis) => axis !== 1);
        return standardisationGradient(c, scaled, c.input(0), axes, epsilon);
      }
      const variance = c.emit('Add', [perChannel(c, 4), c.float(epsilon)]);
      return c.emit('Div', [scaled, c.emit('Sqrt', [variance])]);
    }),
};
