/** What Softmax and LogSoftmax have in common: the axes over which they sum. */

import { int, intAttribute } from '../onnx/attributes.js';
import { wrapAxis } from './axes.js';
import type { BackwardContext, OperatorRule, ValueName } from './rule.js';
import { toFirstInput } from './signals.js';

/** Emits the gradient; `sum` adds up over the normalised axes. */
type Gradient = (c: BackwardContext, signal: ValueName, sum: (value: ValueName) => ValueName) => ValueName;

/** The rule of a softmax: one axis (by default the last) since opset 13, all from axis 1 on before. */
export function softmaxRule(opType: string, gradient: Gradient): OperatorRule {
  return {
    kind: 'shared',
    opType,
    domain: '',
    opsets: { min: 1 },
    saves: { outputs: [0] },
    backward: (c) =>
      toFirstInput(c, (signal) => {
        const all = [...c.outputShape().keys()];
        const first = wrapAxis(intAttribute(c.node, 'axis') ?? (c.opset < 13 ? 1 : -1), all.length);
        const axes = c.opset < 13 ? all.slice(first) : [first];
        const over = c.int64(axes);
        return gradient(c, signal, (value) => c.emit('ReduceSum', [value, over], { keepdims: int(1) }));
      }),
  };
}
