import { int, intAttribute, ints } from '../../onnx/attributes.js';
import { transposedWindowsOf } from '../../onnx/shapes/window.js';
import { toFirstInput } from '../signals.js';
import { overhang, spatial, windowAttributes, withSizes } from '../window.js';
import type { OperatorRule } from '../rule.js';

/** ConvTranspose: the signal is convolved with the same weights; the bias takes no part. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'ConvTranspose',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [1] },
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const coarse = spatial(c.inputShape(0));
      const kernel = spatial(c.inputShape(1));
      const windows = withSizes(
        transposedWindowsOf(c.node, coarse, kernel),
        spatial(c.outputShape()),
        coarse,
      );
      const after = windows.map((axis) => Math.max(overhang(axis), 0));
      return c.emit('Conv', [signal, c.input(1)], {
        ...windowAttributes(windows),
        pads: ints([...windows.map(({ pads }) => pads[0]), ...after]),
        group: int(intAttribute(c.node, 'group') ?? 1),
      });
    }),
};
