/** The signal at the input of a convolution, in the form that onnxruntime computes faster. */

import { int, ints } from '../onnx/attributes.js';
import { extentOf } from '../onnx/shapes/window.js';
import { elementCount } from '../tensor.js';
import type { BackwardContext, ValueName } from './rule.js';
import { spatial, transposedAttributes, windowAttributes } from './window.js';
import type { WindowAxis } from './window.js';

/**
 * Turning the weights costs a session's creation about what a Conv saves over a ConvTranspose on twice as many
 * positions: measured on the layers of AlexNet, VGG-16 and ResNet-18.
 */
const PAYING_POSITIONS = 256;
/** On fewer channels, as those of a photo, onnxruntime's Conv in blocked layout loses more than it gains. */
const PAYING_CHANNELS = 8;

/**
 * Filters the signal at a Conv's output with the transposed weights: by ConvTranspose, or, where the strides are 1, by
 * a Conv with turned weights, which onnxruntime runs in blocked layout in 0.4 to 0.8 of the time. Constant weights are
 * turned once a session; turning those that change at each run costs more than it gains.
 */
export function inputSignal(
  c: BackwardContext,
  signal: ValueName,
  windows: readonly WindowAxis[],
  group: number,
): ValueName {
  const [before, after] = ([0, 1] as const).map((end) =>
    windows.map((axis) => extentOf(axis) - 1 - axis.pads[end]),
  );
  const [batch = 1, , ...positions] = c.outputShape();
  const turns =
    c.isConstant(1) &&
    windows.every(({ stride }) => stride === 1) &&
    windows.some(({ kernel }) => kernel > 1) &&
    batch * elementCount(positions) >= PAYING_POSITIONS &&
    (c.inputShape(0)[1] ?? 1) >= PAYING_CHANNELS;
  const pads = [...(before ?? []), ...(after ?? [])];
  // A pad that is wider than the kernel would have to be cut.
  return turns && pads.every((pad) => pad >= 0)
    ? c.emit('Conv', [signal, turned(c, group)], {
        ...windowAttributes(windows),
        pads: ints(pads),
        group: int(group),
      })
    : c.emit('ConvTranspose', [signal, c.input(1)], {
        ...transposedAttributes(windows),
        group: int(group),
      });
}

/** The weights [O, C / group, taps] as those of the way back, [C, O / group, taps], the last tap first. */
function turned(c: BackwardContext, group: number): ValueName {
  const [filters = 1, share = 1] = c.inputShape(1);
  const kernel = spatial(c.inputShape(1));
  const axes = [...kernel.keys()];
  const back = c.int64(kernel.map(() => -1));
  const flipped = c.emit('Slice', [
    c.input(1),
    back,
    c.int64(kernel.map((size) => -1 - size)),
    c.int64(axes.map((axis) => axis + 2)),
    back,
  ]);
  const grouped = c.emit('Reshape', [flipped, c.int64([group, filters / group, share, ...kernel])]);
  const exchanged = c.emit('Transpose', [grouped], {
    perm: ints([0, 2, 1, ...axes.map((axis) => axis + 3)]),
  });
  return c.emit('Reshape', [exchanged, c.int64([group * share, filters / group, ...kernel])]);
}
