/** Links of windows that slide over [N, C, spatial...], forwards and transposed. */

import { intAttribute } from '../attributes.js';
import { weightInput } from '../multiplyAdds.js';
import { kernelOf } from '../shapes/convolution.js';
import { extentOf, transposedWindowsOf, windowsOf } from '../shapes/window.js';
import type { AxisWindow } from '../shapes/window.js';
import { everything, shifted, unknown } from './link.js';
import type { AxisLink, InputLinks, Linking, LinkingTable, Reach } from './link.js';

/** Batch and channels: a position's window is asked about for all of its maps. */
const OUTER: InputLinks = [shifted(0), 'all'];

function windowReach({ stride, pads, kernel, dilation }: AxisWindow, axis: number): AxisLink {
  const first = -(pads?.[0] ?? 0);
  const last = first + extentOf({ kernel, dilation }) - 1;
  return pads === undefined
    ? 'unknown'
    : { axis: axis + 2, step: stride, first, last, divisor: 1, spacing: dilation };
}

const convolution: Linking = (place) => {
  const { node, input, from, shapes } = place;
  if (input !== 0) {
    return everything(place);
  }
  const kernel = kernelOf(shapes.shapeOf(node.inputs[weightInput(node)] ?? ''));
  const windows = windowsOf(node, from.slice(2), kernel);
  return windows === undefined ? unknown(place) : [...OUTER, ...windows.map(windowReach)];
};

const pool: Linking = (place) => {
  const windows = windowsOf(place.node, place.from.slice(2));
  return windows === undefined ? unknown(place) : [shifted(0), shifted(1), ...windows.map(windowReach)];
};

/** Output i gets element j where i = j * stride - pad + k * dilation for some k of the kernel. */
const transposedConvolution: Linking = (place) => {
  const { node, input, from, shapes } = place;
  if (input !== 0) {
    return everything(place);
  }
  const kernel = kernelOf(shapes.shapeOf(node.inputs[1] ?? ''));
  const windows = transposedWindowsOf(node, from.slice(2), kernel);
  return windows === undefined
    ? unknown(place)
    : [
        ...OUTER,
        ...windows.map((window, axis): Reach => {
          const last = window.pads?.[0] ?? 0;
          // The lowest j is rounded up, which adding stride - 1 makes of rounding down.
          const first = last - (extentOf(window) - 1) + (window.stride - 1);
          return { axis: axis + 2, step: 1, first, last, divisor: window.stride };
        }),
      ];
};

const depthToSpace: Linking = ({ node, from }) => {
  const divisor = intAttribute(node, 'blocksize') ?? 1;
  return from.map((_, axis) => OUTER[axis] ?? { axis, step: 1, first: 0, last: 0, divisor });
};

const spaceToDepth: Linking = ({ node, from }) => {
  const step = intAttribute(node, 'blocksize') ?? 1;
  return from.map((_, axis) => OUTER[axis] ?? { axis, step, first: 0, last: step - 1, divisor: 1 });
};

export const SLIDING: LinkingTable = {
  Conv: convolution,
  FusedConv: convolution,
  QLinearConv: convolution,
  ConvInteger: convolution,
  MaxPool: pool,
  AveragePool: pool,
  LpPool: pool,
  ConvTranspose: transposedConvolution,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};
