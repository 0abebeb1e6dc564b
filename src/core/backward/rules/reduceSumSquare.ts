import { spreadOverReducedAxes } from '../reduction.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** ReduceSumSquare: y = sum x², y' = 2x. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'ReduceSumSquare',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0] },
  backward: (c) =>
    toFirstInput(c, (signal) =>
      c.emit('Mul', [spreadOverReducedAxes(c, signal), c.emit('Mul', [c.input(0), c.float(2)])]),
    ),
};
