import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Cast: signals are float32 whatever the forward type, so the signal passes unchanged. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Cast',
  domain: '',
  opsets: { min: 6 },
  saves: {},
  backward: (c) => toFirstInput(c, (signal) => signal),
};
