import { int, intAttribute } from '../../onnx/attributes.js';
import type { OperatorRule } from '../rule.js';

/** Split: the signals of the parts are put together again, zeros where none arrives. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Split',
  domain: '',
  opsets: { min: 2 },
  saves: {},
  backward: (c) => {
    if (!c.needs(0)) {
      return new Map();
    }
    const parts = c.node.outputs.map(
      (_, index) => c.signal(index) ?? c.emit('Expand', [c.float(0), c.int64(c.outputShape(index))]),
    );
    return new Map([[0, c.emit('Concat', parts, { axis: int(intAttribute(c.node, 'axis') ?? 0) })]]);
  },
};
