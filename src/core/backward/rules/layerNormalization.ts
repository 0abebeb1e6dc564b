import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import { wrapAxis } from '../axes.js';
import { toFirstInput } from '../signals.js';
import { standardisationGradient } from '../standardisation.js';
import type { OperatorRule } from '../rule.js';

/** LayerNormalization: the axes from `axis` on are standardised together, then scaled element by element. */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'LayerNormalization',
  domain: '',
  opsets: { min: 17 },
  saves: { inputs: [0, 1] },
  gradient: (c) =>
    toFirstInput(c, (signal) => {
      const all = [...c.inputShape(0).keys()];
      const axes = all.slice(wrapAxis(intAttribute(c.node, 'axis') ?? -1, all.length));
      const scaled = c.hasInput(1) ? c.emit('Mul', [signal, c.input(1)]) : signal;
      const epsilon = floatAttribute(c.node, 'epsilon') ?? 1e-5;
      return standardisationGradient(c, scaled, c.input(0), axes, epsilon);
    }),
};
