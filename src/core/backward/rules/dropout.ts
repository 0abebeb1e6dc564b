import { UserError } from '../../errors.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Dropout does nothing at inference: the signal passes as it is. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Dropout',
  domain: '',
  opsets: { min: 7 },
  saves: {},
  backward: (c) => {
    if (c.hasInput(2) && c.constantInput(2)?.[0] !== 0) {
      throw new UserError(
        `node '${c.node.name}' (Dropout): it drops units at random (training_mode); export the model in evaluation mode`,
      );
    }
    return toFirstInput(c, (signal) => signal);
  },
};
