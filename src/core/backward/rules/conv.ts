import { intAttribute } from '../../onnx/attributes.js';
import { inputSignal } from '../inputSignal.js';
import { sumOverMaps, toInputs } from '../signals.js';
import { weightSignal } from '../weightSignal.js';
import { slidingWindows, spatial } from '../window.js';
import type { OperatorRule } from '../rule.js';

/**
 * Conv: the signal is filtered with the transposed weights, where the bias takes no part; correlated with the input it
 * is the signal at the weights, and its sum over a map that at the map's bias.
 */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'Conv',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0, 1] },
  backward: (c) => {
    const [shape, outputShape] = [c.inputShape(0), c.outputShape()];
    const windows = slidingWindows(c.node, shape, outputShape, spatial(c.inputShape(1)));
    const group = intAttribute(c.node, 'group') ?? 1;
    return toInputs(c, [
      (signal) => inputSignal(c, signal, windows, group),
      (signal) =>
        weightSignal(c, { value: c.input(0), shape }, { value: signal, shape: outputShape }, windows, group),
      (signal) => sumOverMaps(c, signal),
    ]);
  },
};
