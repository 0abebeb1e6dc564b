import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import { toFirstInput } from '../signals.js';
import { standardisationGradient } from '../standardisation.js';
import type { OperatorRule } from '../rule.js';

/**
 * GroupNormalization: the maps of a group are standardised together, then scaled by channel (by group up to
 * opset 20).
 */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'GroupNormalization',
  domain: '',
  opsets: { min: 18 },
  saves: { inputs: [0, 1] },
  gradient: (c) =>
    toFirstInput(c, (signal) => {
      const shape = c.inputShape(0);
      const [batch = 1, channels = 1, ...spatial] = shape;
      const groups = intAttribute(c.node, 'num_groups') ?? 1;
      // [N, G, C / G, D1, ...], in which a group's elements are all behind the second axis.
      const grouped = c.int64([batch, groups, channels / groups, ...spatial]);
      const scale = c.emit('Reshape', [
        c.input(1),
        c.int64([1, groups, c.inputShape(1)[0] === groups ? 1 : -1, ...spatial.map(() => 1)]),
      ]);
      const scaled = c.emit('Mul', [c.emit('Reshape', [signal, grouped]), scale]);
      const x = c.emit('Reshape', [c.input(0), grouped]);
      const axes = [2, ...spatial.map((_, axis) => axis + 3)];
      const epsilon = floatAttribute(c.node, 'epsilon') ?? 1e-5;
      const across = standardisationGradient(c, scaled, x, axes, epsilon);
      return c.emit('Reshape', [across, c.int64(shape)]);
    }),
};
