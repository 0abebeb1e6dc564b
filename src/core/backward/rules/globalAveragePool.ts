import { elementCount } from '../../tensor.js';
import { toFirstInput } from '../signals.js';
import { spatial } from '../window.js';
import type { OperatorRule } from '../rule.js';

/** GlobalAveragePool: each of the n elements of a map gets the n-th part of its signal. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'GlobalAveragePool',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const shape = c.inputShape(0);
      const part = c.emit('Mul', [signal, c.float(1 / elementCount(spatial(shape)))]);
      return c.emit('Expand', [part, c.int64(shape)]);
    }),
};
