/** Maxima and minima: over several broadcast inputs, and over axes. */

import { int } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import type { OperatorRule } from './rule.js';
import { spreadOverReducedAxes, sumOverReducedAxes } from './reduction.js';
import { elementwise, toFirstInput } from './signals.js';

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

/**
 * The same over the axes of one input: the elements that equal their maximum (or minimum) share its signal, as in
 * PyTorch's amax and amin.
 */
export function reducedExtremumRule(opType: 'ReduceMax' | 'ReduceMin'): OperatorRule {
  return {
    kind: 'shared',
    opType,
    domain: '',
    opsets: { min: 1 },
    saves: { inputs: [0], outputs: [0] },
    backward: (c) =>
      toFirstInput(c, (signal) => {
        const isHit = c.emit('Equal', [c.input(0), spreadOverReducedAxes(c, c.output())]);
        const hits = c.emit('Cast', [isHit], { to: int(codeOf('float32')) });
        const share = c.emit('Div', [hits, sumOverReducedAxes(c, hits)]);
        return c.emit('Mul', [spreadOverReducedAxes(c, signal), share]);
      }),
  };
}
