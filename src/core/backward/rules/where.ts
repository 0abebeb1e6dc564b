import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Where: the signal goes to the input that the condition chose. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Where',
  domain: '',
  opsets: { min: 9 },
  saves: { inputs: [0] },
  backward: (c) =>
    elementwise(c, (signal, index) =>
      c.emit('Where', [c.input(0), ...(index === 1 ? [signal, c.float(0)] : [c.float(0), signal])]),
    ),
};
