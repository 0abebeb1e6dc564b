/** Convolutions: [N, C, spatial...] with weights [M, C / groups, kernel...]. */

import type { DataType } from '../../tensor.js';
import { intAttribute } from '../attributes.js';
import type { Dimension } from '../model.js';
import { at, differ, formatShape, isStatic, productOf, unknownShape } from './dimensions.js';
import type { Shape } from './dimensions.js';
import { impossible, numbersOf } from './inference.js';
import type { Inference, InferenceContext, InferenceTable } from './inference.js';
import { positionsOf, transposedWindowsOf, windowsOf } from './window.js';

/** Spatial sizes of the weights where they are known. */
export function kernelOf(weights: Shape | undefined): readonly number[] | undefined {
  const sizes = weights?.slice(2);
  return sizes !== undefined && isStatic(sizes) ? sizes : undefined;
}

function convolved(c: InferenceContext, x: Shape | undefined, w: Shape | undefined): Shape | undefined {
  if (x === undefined) {
    return w === undefined ? undefined : [undefined, w[0], ...unknownShape(w.length - 2)];
  }
  if (x.length < 3 || (w !== undefined && w.length !== x.length)) {
    throw impossible(
      c,
      `input ${formatShape(x)} and weights ${formatShape(w)} do not go together: a convolution needs [N, C, spatial...] and weights of the same rank`,
    );
  }
  const groups = intAttribute(c.node, 'group') ?? 1;
  const perGroup = at(w, 1);
  if (typeof perGroup === 'number' && differ(x[1], perGroup * groups)) {
    throw impossible(
      c,
      `input ${formatShape(x)} has ${x[1]} channels, weights ${formatShape(w)} with ${groups === 1 ? '1 group' : `${groups} groups`} take ${perGroup * groups}`,
    );
  }
  return [x[0], at(w, 0), ...slid(c, x, w)];
}

function slid(c: InferenceContext, x: Shape, w: Shape | undefined): readonly Dimension[] {
  const sizes = x.slice(2);
  const windows = windowsOf(c.node, sizes, kernelOf(w));
  const positions = windows?.map((window, axis) => positionsOf(window, sizes[axis]));
  if (positions?.some((count) => typeof count === 'number' && count <= 0)) {
    const kernel = windows?.map((window) => window.kernel);
    throw impossible(c, `kernel ${formatShape(kernel)} is larger than its padded input ${formatShape(x)}`);
  }
  return positions ?? unknownShape(sizes.length);
}

/** A convolution whose weights are input `weights` and whose element type is `dtype`, or its input's. */
function convolution(weights: number, dtype?: DataType): Inference {
  return (c) => {
    const x = c.input(0);
    return [{ dtype: dtype ?? x.dtype, shape: convolved(c, x.shape, c.input(weights).shape) }];
  };
}

const convTranspose: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  const w = c.input(1).shape;
  if (x === undefined) {
    return [{ dtype }];
  }
  if (x.length < 3 || (w !== undefined && w.length !== x.length)) {
    throw impossible(c, `input ${formatShape(x)} and weights ${formatShape(w)} differ in rank`);
  }
  if (differ(x[1], at(w, 0))) {
    throw impossible(
      c,
      `input ${formatShape(x)} has ${x[1]} channels, weights ${formatShape(w)} take ${at(w, 0)}`,
    );
  }
  const perGroup = at(w, 1);
  const maps = typeof perGroup === 'number' ? perGroup * (intAttribute(c.node, 'group') ?? 1) : undefined;
  const windows = transposedWindowsOf(c.node, x.slice(2), kernelOf(w));
  const sizes = windows?.map(({ outputSize }) => outputSize) ?? unknownShape(x.length - 2);
  if (sizes.some((size) => typeof size === 'number' && size <= 0)) {
    throw impossible(c, `input ${formatShape(x)} is too small for its padding: the output would be empty`);
  }
  return [{ dtype, shape: [x[0], maps, ...sizes] }];
};

const col2Im: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  const image = numbersOf(c.input(1));
  const block = numbersOf(c.input(2));
  const rows = at(shape, 1);
  if (image === undefined) {
    return [{ dtype }];
  }
  const size = block && productOf(block);
  const channels = typeof rows === 'number' && size !== undefined && size > 0 ? rows / size : undefined;
  return [{ dtype, shape: [at(shape, 0), channels, ...image] }];
};

export const CONVOLUTIONS: InferenceTable = {
  Conv: convolution(1),
  ConvInteger: convolution(1, 'int32'),
  QLinearConv: (c) => convolution(3, c.input(7).dtype)(c),
  ConvTranspose: convTranspose,
  // The offsets change where a window looks, not how many there are.
  DeformConv: convolution(1),
  Col2Im: col2Im,
};

/** com.microsoft: a Conv with its activation. */
export const FUSED_CONVOLUTIONS: InferenceTable = { FusedConv: convolution(1) };
