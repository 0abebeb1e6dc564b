import { ints } from '../../onnx/attributes.js';
import { elementCount } from '../../tensor.js';
import { toFirstInput } from '../signals.js';
import { unpool } from '../switches.js';
import { spatial } from '../window.js';
import type { OperatorRule } from '../rule.js';

/** GlobalMaxPool: the signal goes to the (first) maximum of each map. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'GlobalMaxPool',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0] },
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const shape = c.inputShape(0);
      const size = elementCount(spatial(shape));
      const maps = c.emit('Reshape', [c.input(0), c.int64([...shape.slice(0, 2), size])]);
      return unpool(c, signal, maps, { kernel_shape: ints([size]) }, shape);
    }),
};
