import { spreadOverReducedAxes } from '../reduction.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** ReduceL2: y = sqrt(sum x²), y' = x / y, and 0 where y is 0, as PyTorch's norm has it. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'ReduceL2',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0], outputs: [0] },
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const norm = spreadOverReducedAxes(c, c.output());
      const slope = c.emit('Div', [c.input(0), norm]);
      const isZero = c.emit('Equal', [norm, c.float(0)]);
      const direction = c.emit('Where', [isZero, c.float(0), slope]);
      return c.emit('Mul', [spreadOverReducedAxes(c, signal), direction]);
    }),
};
