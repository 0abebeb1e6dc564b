import { floatAttribute } from '../../onnx/attributes.js';
import { sumOverMaps, toInputs } from '../signals.js';
import { perChannel, standardisation, standardisationGradient } from '../standardisation.js';
import type { OperatorRule } from '../rule.js';

/** InstanceNormalization: each map is standardised over its own elements, then scaled and shifted by channel. */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'InstanceNormalization',
  domain: '',
  opsets: { min: 6 },
  saves: { inputs: [0, 1] },
  gradient: (c) => {
    const axes = [...c.inputShape(0).keys()].slice(2);
    const epsilon = floatAttribute(c.node, 'epsilon') ?? 1e-5;
    const standardised = standardisation(c, () => c.input(0), axes, epsilon);
    return toInputs(c, [
      (signal) => {
        const scaled = c.emit('Mul', [signal, perChannel(c, c.input(1))]);
        return standardisationGradient(c, scaled, standardised());
      },
      (signal) => sumOverMaps(c, c.emit('Mul', [signal, standardised().standard])),
      (signal) => sumOverMaps(c, signal),
    ]);
  },
};
