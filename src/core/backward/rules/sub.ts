import { elementwise } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Sub: the signal goes to a, its negative to b. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Sub',
  domain: '',
  opsets: { min: 7 },
  saves: {},
  backward: (c) => elementwise(c, (signal, index) => (index === 0 ? signal : c.emit('Neg', [signal]))),
};
