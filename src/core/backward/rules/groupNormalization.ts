import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import { toInputs } from '../signals.js';
import { standardisation, standardisationGradient } from '../standardisation.js';
import type { OperatorRule, ValueName } from '../rule.js';

/**
 * GroupNormalization: the maps of a group are standardised together, then scaled and shifted by channel (by group up
 * to opset 20).
 */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'GroupNormalization',
  domain: '',
  opsets: { min: 18 },
  saves: { inputs: [0, 1] },
  gradient: (c) => {
    const shape = c.inputShape(0);
    const [batch = 1, channels = 1, ...spatial] = shape;
    const groups = intAttribute(c.node, 'num_groups') ?? 1;
    // [N, G, C / G, D1, ...], in which a group's elements are all behind the second axis.
    const grouped = [batch, groups, channels / groups, ...spatial];
    const inGroups = (value: ValueName): ValueName => c.emit('Reshape', [value, c.int64(grouped)]);
    const parameters = c.inputShape(1);
    const spread = [1, groups, parameters[0] === groups ? 1 : channels / groups, ...spatial.map(() => 1)];
    const toParameter = (value: ValueName): ValueName =>
      c.emit('Reshape', [c.unbroadcast(value, grouped, spread), c.int64(parameters)]);

    const axes = [2, ...spatial.map((_, axis) => axis + 3)];
    const epsilon = floatAttribute(c.node, 'epsilon') ?? 1e-5;
    const standardised = standardisation(c, () => inGroups(c.input(0)), axes, epsilon);
    return toInputs(c, [
      (signal) => {
        const scale = c.emit('Reshape', [c.input(1), c.int64(spread)]);
        const scaled = c.emit('Mul', [inGroups(signal), scale]);
        const across = standardisationGradient(c, scaled, standardised());
        return c.emit('Reshape', [across, c.int64(shape)]);
      },
      (signal) => toParameter(c.emit('Mul', [inGroups(signal), standardised().standard])),
      (signal) => toParameter(inGroups(signal)),
    ]);
  },
};
