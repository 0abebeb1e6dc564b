import { reshapeToInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Flatten: the elements keep their order, so the signal is reshaped to the input. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Flatten',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: reshapeToInput,
};
