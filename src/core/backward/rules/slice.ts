import { integers, wrapAxis } from '../axes.js';
import type { Shaped } from '../indexAdd.js';
import { indexAdd } from '../indexAdd.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** Slice: the signal returns to the positions that were taken, zero elsewhere. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Slice',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const inputShape = c.inputShape(0);
      const starts = integers(c, 'starts', 1) ?? [];
      const axes = integers(c, 'axes', 3) ?? [...starts.keys()];
      const steps = integers(c, 'steps', 4) ?? starts.map(() => 1);

      let shaped: Shaped = { value: signal, shape: c.outputShape() };
      for (const [i, start] of starts.entries()) {
        const axis = wrapAxis(axes[i] ?? i, inputShape.length);
        const size = inputShape[axis] ?? 1;
        const step = steps[i] ?? 1;
        const first = Math.min(Math.max(start < 0 ? start + size : start, 0), step < 0 ? size - 1 : size);
        const positions = Array.from({ length: shaped.shape[axis] ?? 1 }, (_, p) => first + p * step);
        shaped = indexAdd(c, shaped, axis, positions, size);
      }
      return shaped.value;
    }),
};
