import { ints, intsAttribute } from '../../onnx/attributes.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Transpose: the signal is permuted back; without `perm` the axes are reversed. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Transpose',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const axes = [...c.outputShape().keys()];
      const perm = intsAttribute(c.node, 'perm') ?? [...axes].reverse();
      return c.emit('Transpose', [signal], { perm: ints(axes.map((axis) => perm.indexOf(axis))) });
    }),
};
