import { int, intAttribute, ints } from '../../onnx/attributes.js';
import { transposedWindowsOf } from '../../onnx/shapes/window.js';
import { sumOverMaps, toInputs } from '../signals.js';
import { weightSignal } from '../weightSignal.js';
import { overhang, spatial, windowAttributes, withSizes } from '../window.js';
import type { OperatorRule } from '../rule.js';

/**
 * ConvTranspose: the signal is convolved with the same weights, where the bias takes no part; correlated with the input
 * it is the signal at the weights, and its sum over a map that at the map's bias.
 */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'ConvTranspose',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0, 1] },
  backward: (c) => {
    const [shape, outputShape] = [c.inputShape(0), c.outputShape()];
    const coarse = spatial(shape);
    const kernel = spatial(c.inputShape(1));
    const windows = withSizes(transposedWindowsOf(c.node, coarse, kernel), spatial(outputShape), coarse);
    const group = intAttribute(c.node, 'group') ?? 1;
    return toInputs(c, [
      (signal) => {
        const after = windows.map((axis) => Math.max(overhang(axis), 0));
        return c.emit('Conv', [signal, c.input(1)], {
          ...windowAttributes(windows),
          pads: ints([...windows.map(({ pads }) => pads[0]), ...after]),
          group: int(group),
        });
      },
      (signal) =>
        weightSignal(c, { value: signal, shape: outputShape }, { value: c.input(0), shape }, windows, group),
      (signal) => sumOverMaps(c, signal),
    ]);
  },
};
