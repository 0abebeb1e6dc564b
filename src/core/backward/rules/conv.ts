import { int, intAttribute } from '../../onnx/attributes.js';
import { toFirstInput } from '../signals.js';
import { slidingWindows, spatial, transposedAttributes } from '../window.js';
import type { OperatorRule } from '../rule.js';

/** Conv: the signal is filtered with the transposed weights; the bias takes no part. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Conv',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [1] },
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const kernel = spatial(c.inputShape(1));
      const windows = slidingWindows(c.node, c.inputShape(0), c.outputShape(), kernel);
      return c.emit('ConvTranspose', [signal, c.input(1)], {
        ...transposedAttributes(windows),
        group: int(intAttribute(c.node, 'group') ?? 1),
      });
    }),
};
