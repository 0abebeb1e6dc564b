import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import { wrapAxis } from '../axes.js';
import { toInputs } from '../signals.js';
import { standardisation, standardisationGradient } from '../standardisation.js';
import type { OperatorRule } from '../rule.js';

/** LayerNormalization: the axes from `axis` on are standardised together, then scaled and shifted by element. */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'LayerNormalization',
  domain: '',
  opsets: { min: 17 },
  saves: { inputs: [0, 1] },
  gradient: (c) => {
    const shape = c.inputShape(0);
    const all = [...shape.keys()];
    const axes = all.slice(wrapAxis(intAttribute(c.node, 'axis') ?? -1, all.length));
    const epsilon = floatAttribute(c.node, 'epsilon') ?? 1e-5;
    const standardised = standardisation(c, () => c.input(0), axes, epsilon);
    return toInputs(c, [
      (signal) => {
        const scaled = c.hasInput(1) ? c.emit('Mul', [signal, c.input(1)]) : signal;
        return standardisationGradient(c, scaled, standardised());
      },
      (signal) => {
        const product = c.emit('Mul', [signal, standardised().standard]);
        return c.unbroadcast(product, shape, c.inputShape(1));
      },
      (signal) => c.unbroadcast(signal, shape, c.inputShape(2)),
    ]);
  },
};
