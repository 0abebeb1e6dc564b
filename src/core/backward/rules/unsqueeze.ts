import { reshapeToInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Unsqueeze: the added axes of size 1 go, so the signal is reshaped to the input. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Unsqueeze',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: reshapeToInput,
};
