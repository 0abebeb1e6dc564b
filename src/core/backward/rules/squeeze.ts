import { reshapeToInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Squeeze: axes of size 1 come back, so the signal is reshaped to the input. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Squeeze',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: reshapeToInput,
};
