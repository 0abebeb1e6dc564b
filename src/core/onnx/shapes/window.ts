/** Sliding windows: kernel, strides, dilations and padding of convolutions and pools. */

import { UserError } from '../../errors.js';
import { intAttribute, intsAttribute, stringAttribute } from '../attributes.js';
import type { Dimension, Node } from '../model.js';

/** A window along one spatial axis. */
export interface AxisWindow {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Padding before the first and behind the last element; undefined where auto_pad meets an unknown size. */
  readonly pads: readonly [number, number] | undefined;
}

/** Elements that a dilated kernel spans. */
export function extentOf({ kernel, dilation }: Pick<AxisWindow, 'kernel' | 'dilation'>): number {
  return (kernel - 1) * dilation + 1;
}

/**
 * The windows of a Conv or pool node, one per spatial axis, auto_pad resolved.
 * @param sizes spatial sizes of the input
 * @param kernel spatial sizes of the weights, for a node without the attribute kernel_shape
 * @throws UserError where an attribute has another number of entries than there are axes
 */
export function windowsOf(
  node: Node,
  sizes: readonly Dimension[],
  kernel?: readonly number[],
): readonly AxisWindow[] | undefined {
  const kernels = intsAttribute(node, 'kernel_shape') ?? kernel;
  if (kernels === undefined) {
    return undefined;
  }
  const rank = sizes.length;
  const strides = intsAttribute(node, 'strides') ?? [];
  const dilations = intsAttribute(node, 'dilations') ?? [];
  const pads = intsAttribute(node, 'pads') ?? [];
  for (const [name, list, length] of [
    ['kernel_shape', kernels, rank],
    ['strides', strides, rank],
    ['dilations', dilations, rank],
    ['pads', pads, 2 * rank],
  ] as const) {
    if (list.length !== length && (list.length > 0 || name === 'kernel_shape')) {
      throw new UserError(
        `node '${node.name}' (${node.opType}): attribute '${name}' has ${list.length} entries, ${rank} spatial axes need ${length}; the model is not valid`,
      );
    }
  }
  if ([...kernels, ...strides, ...dilations].some((value) => value < 1)) {
    throw new UserError(
      `node '${node.name}' (${node.opType}): kernel, strides and dilations have to be positive; the model is not valid`,
    );
  }
  const autoPad = stringAttribute(node, 'auto_pad') ?? 'NOTSET';
  return sizes.map((size, axis) => {
    const window = { kernel: kernels[axis] ?? 1, stride: strides[axis] ?? 1, dilation: dilations[axis] ?? 1 };
    return { ...window, pads: padsOf(autoPad, window, size, [pads[axis] ?? 0, pads[axis + rank] ?? 0]) };
  });
}

function padsOf(
  autoPad: string,
  window: Pick<AxisWindow, 'kernel' | 'stride' | 'dilation'>,
  size: Dimension,
  explicit: readonly [number, number],
): readonly [number, number] | undefined {
  switch (autoPad) {
    case 'VALID':
      return [0, 0];
    case 'SAME_UPPER':
    case 'SAME_LOWER': {
      if (typeof size !== 'number') {
        return undefined;
      }
      const count = Math.ceil(size / window.stride);
      const total = Math.max(0, (count - 1) * window.stride + extentOf(window) - size);
      const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
      return autoPad === 'SAME_UPPER' ? [less, more] : [more, less];
    }
    default:
      return explicit;
  }
}

/**
 * Positions of a window on an axis of `size` elements: the output size of a Conv or pool.
 * With `ceil` a last window may hang over the end, but has to start inside the input or the padding before it.
 * Not positive where the kernel does not fit.
 */
export function positionsOf(window: AxisWindow, size: Dimension, ceil = false): Dimension {
  if (typeof size !== 'number' || window.pads === undefined) {
    return undefined;
  }
  const [before, after] = window.pads;
  const room = size + before + after - extentOf(window);
  if (room < 0 || !ceil) {
    return Math.floor(room / window.stride) + 1;
  }
  const count = Math.ceil(room / window.stride) + 1;
  return (count - 1) * window.stride >= size + before ? count - 1 : count;
}

/** True for a pool whose output size is rounded up. */
export function roundsUp(node: Node): boolean {
  return intAttribute(node, 'ceil_mode') === 1;
}

/** The windows of a ConvTranspose node and what decides its output size beside them. */
export interface TransposedWindow extends AxisWindow {
  readonly outputSize: Dimension;
}

/**
 * ConvTranspose's windows, one per spatial axis, with the output's sizes.
 * An `output_shape` or auto_pad SAME decides the size, and the padding follows from it.
 */
export function transposedWindowsOf(
  node: Node,
  sizes: readonly Dimension[],
  kernel?: readonly number[],
): readonly TransposedWindow[] | undefined {
  const windows = windowsOf(node, sizes, kernel);
  const outputShape = intsAttribute(node, 'output_shape')?.slice(-sizes.length) ?? [];
  const outputPadding = intsAttribute(node, 'output_padding') ?? [];
  const autoPad = stringAttribute(node, 'auto_pad') ?? 'NOTSET';
  return windows?.map((window, axis) => {
    const size = sizes[axis];
    if (typeof size !== 'number') {
      return { ...window, pads: undefined, outputSize: outputShape[axis] };
    }
    const full = window.stride * (size - 1) + (outputPadding[axis] ?? 0) + extentOf(window);
    const wanted = outputShape[axis] ?? (autoPad.startsWith('SAME') ? size * window.stride : undefined);
    if (wanted === undefined) {
      const [before, after] = window.pads ?? [0, 0];
      return { ...window, outputSize: full - before - after };
    }
    const total = Math.max(0, full - wanted);
    const [less, more] = [Math.floor(total / 2), Math.ceil(total / 2)];
    return { ...window, pads: autoPad === 'SAME_UPPER' ? [less, more] : [more, less], outputSize: wanted };
  });
}
