/** Sliding windows of convolutions and pools turned around: from the output's positions back to the input. */

import { ints } from '../onnx/attributes.js';
import type { Attribute, Node } from '../onnx/model.js';
import { extentOf, windowsOf } from '../onnx/shapes/window.js';
import type { AxisWindow } from '../onnx/shapes/window.js';

/** The sizes D1, D2, ... of a tensor [N, C, D1, D2, ...]. */
export const spatial = (shape: readonly number[]): readonly number[] => shape.slice(2);

/** One spatial axis of a convolution or pool: its window, and the sizes on both sides of it. */
export interface WindowAxis extends AxisWindow {
  /** Size of a convolution's input, or of a transposed convolution's output. */
  readonly fine: number;
  /** Number of windows. */
  readonly coarse: number;
  readonly pads: readonly [number, number];
}

/** Joins windows with the sizes on both sides; for static shapes `pads` is always known. */
export function withSizes(
  windows: readonly AxisWindow[] | undefined,
  fine: readonly number[],
  coarse: readonly number[],
): readonly WindowAxis[] {
  return (windows ?? []).map((window, axis) => ({
    ...window,
    pads: window.pads ?? [0, 0],
    fine: fine[axis] ?? 1,
    coarse: coarse[axis] ?? 1,
  }));
}

/** The windows of a Conv or pool node by spatial axis, between the shapes of its input and output. */
export function slidingWindows(
  node: Node,
  inputShape: readonly number[],
  outputShape: readonly number[],
  kernel?: readonly number[],
): readonly WindowAxis[] {
  const fine = spatial(inputShape);
  return withSizes(windowsOf(node, fine, kernel), fine, spatial(outputShape));
}

/** `kernel_shape`, `strides` and `dilations` as attributes of a node in the backward model. */
export function windowAttributes(windows: readonly AxisWindow[]): Record<string, Attribute> {
  return {
    kernel_shape: ints(windows.map(({ kernel }) => kernel)),
    strides: ints(windows.map(({ stride }) => stride)),
    dilations: ints(windows.map(({ dilation }) => dilation)),
  };
}

/** Elements by which the last window reaches beyond the end of the fine side; negative where it ends before. */
export function overhang(axis: WindowAxis): number {
  return axis.stride * (axis.coarse - 1) + extentOf(axis) - axis.pads[0] - axis.fine;
}

/**
 * Attributes of the ConvTranspose that leads from the coarse side back to exactly the fine side: elements behind
 * the last window are restored by `output_padding`, and what a window reaches beyond the end is cut by `pads`.
 */
export function transposedAttributes(windows: readonly WindowAxis[]): Record<string, Attribute> {
  const beyond = windows.map(overhang);
  return {
    ...windowAttributes(windows),
    pads: ints([...windows.map(({ pads }) => pads[0]), ...beyond.map((count) => Math.max(count, 0))]),
    output_padding: ints(beyond.map((count) => Math.max(-count, 0))),
  };
}
