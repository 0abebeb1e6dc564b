import { reshapeToInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Reshape: the elements keep their order, so the signal is reshaped to the input. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Reshape',
  domain: '',
  opsets: { min: 5 },
  saves: {},
  backward: reshapeToInput,
};
