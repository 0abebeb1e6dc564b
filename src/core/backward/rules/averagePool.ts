import { int, intAttribute } from '../../onnx/attributes.js';
import { elementCount } from '../../tensor.js';
import { toFirstInput } from '../signals.js';
import { slidingWindows, transposedAttributes } from '../window.js';
import type { WindowAxis } from '../window.js';
import type { OperatorRule } from '../rule.js';

/**
 * AveragePool: each element of a window gets an equal part of the window's signal. As onnxruntime computes it
 * in every opset, a window is divided by its elements inside the input or, with `count_include_pad`, inside the
 * padded input; what `ceil_mode` lets hang over the padding never counts.
 */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'AveragePool',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const shape = c.inputShape(0);
      const windows = slidingWindows(c.node, shape, c.outputShape());
      const includesPad = intAttribute(c.node, 'count_include_pad') === 1;
      const counts = windows.map((axis) => divisors(axis, includesPad));
      const shares = products(counts).map((count) => 1 / count);
      const parts = c.emit('Mul', [signal, c.float(shares, [1, 1, ...counts.map(({ length }) => length)])]);
      // All maps are alike to a window of ones, so they form one batch.
      const [batch = 1, channels = 1, ...sizes] = c.outputShape();
      const stacked = c.emit('Reshape', [parts, c.int64([batch * channels, 1, ...sizes])]);
      const kernel = windows.map((axis) => axis.kernel);
      const ones = c.float(new Array<number>(elementCount(kernel)).fill(1), [1, 1, ...kernel]);
      const spread = c.emit('ConvTranspose', [stacked, ones], {
        ...transposedAttributes(windows),
        group: int(1),
      });
      return c.emit('Reshape', [spread, c.int64(shape)]);
    }),
};

/** How many elements of each window along one axis are averaged over. */
function divisors(
  { kernel, stride, dilation, pads, fine, coarse }: WindowAxis,
  includesPad: boolean,
): number[] {
  const [low, high] = includesPad ? [-pads[0], fine + pads[1]] : [0, fine];
  return Array.from({ length: coarse }, (_, window) => {
    const start = window * stride - pads[0];
    const places = Array.from({ length: kernel }, (_, tap) => start + tap * dilation);
    return Math.max(places.filter((place) => place >= low && place < high).length, 1);
  });
}

/** All products of one number from each row, row-major. */
function products(rows: readonly (readonly number[])[]): number[] {
  return rows.reduce<number[]>((all, row) => all.flatMap((left) => row.map((right) => left * right)), [1]);
}
