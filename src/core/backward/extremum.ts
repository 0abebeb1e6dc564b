/** Max and Min over several broadcast inputs. */

import { int } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import type { OperatorRule } from './rule.js';
import { elementwise } from './signals.js';

/**
 * The rule of `opType`: the signal goes to the inputs that equal the output; where n of them tie, each gets the
 * n-th part, as in PyTorch's maximum and minimum.
 */
export function extremumRule(opType: 'Max' | 'Min'): OperatorRule {
  return {
    kind: 'shared',
    opType,
    domain: '',
    opsets: { min: 6 },
    saves: { inputs: 'all', outputs: [0] },
    backward: (c) => {
      const hits = c.node.inputs.map((_, index) =>
        c.emit('Cast', [c.emit('Equal', [c.input(index), c.output()])], { to: int(codeOf('float32')) }),
      );
      const winners = c.emit('Sum', hits);
      return elementwise(c, (signal, index) =>
        c.emit('Div', [c.emit('Mul', [signal, hits[index]]), winners]),
      );
    },
  };
}
