import { floatsAttribute } from '../../onnx/attributes.js';
import { knownInput } from '../axes.js';
import { ASYMMETRIC, modeOf, undoResize } from '../interpolation.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Upsample (nearest, linear), Resize's predecessor: scales are an attribute in opset 7, an input in opset 9. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Upsample',
  domain: '',
  opsets: { min: 7, max: 9 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const scales = floatsAttribute(c.node, 'scales') ?? knownInput(c, 1);
      return undoResize(c, signal, scales, { ...ASYMMETRIC, mode: modeOf(c) });
    }),
};
