/** Operators that resample images. */

import { floatsAttribute, intsAttribute, stringAttribute } from '../attributes.js';
import type { Dimension } from '../model.js';
import { at, formatShape, unknownShape } from './dimensions.js';
import type { Shape } from './dimensions.js';
import { axisOf, impossible, numbersOf } from './inference.js';
import type { Fact, Inference, InferenceContext, InferenceTable } from './inference.js';

/** onnxruntime multiplies in single precision before it rounds down. */
function scaled(shape: Shape, scales: readonly number[]): Shape {
  return shape.map((size, axis): Dimension => {
    const scale = Math.fround(scales[axis] ?? 1);
    return scale === 1 ? size : typeof size === 'number' ? Math.floor(Math.fround(size * scale)) : undefined;
  });
}

/** The list for all axes of one that is given for some. */
function spread<T>(list: readonly T[], axes: readonly number[], rank: number, absent: T): readonly T[] {
  return Array.from({ length: rank }, (_, axis) => list[axes.indexOf(axis)] ?? absent);
}

const upsample: Inference = (c) => {
  const { shape, dtype } = c.input(0);
  const scales = floatsAttribute(c.node, 'scales') ?? numbersOf(c.input(1));
  if (shape === undefined || scales?.length !== shape.length) {
    return [{ dtype, shape: shape && unknownShape(shape.length) }];
  }
  return [{ dtype, shape: scaled(shape, scales) }];
};

const resize: Inference = (c) => {
  if (c.opset < 11) {
    return upsample(c);
  }
  const { shape, dtype } = c.input(0);
  if (shape === undefined) {
    return [{ dtype }];
  }
  const axes = intsAttribute(c.node, 'axes')?.map((axis) => axisOf(c, axis, shape)) ?? [...shape.keys()];
  const sizes = c.input(3).values;
  // An empty list of scales stands for none.
  const scales = numbersOf(c.input(2)) ?? [];
  return [{ dtype, shape: c.has(3) ? sized(c, shape, sizes, axes) : rescaled(c, shape, scales, axes) }];
};

function rescaled(
  c: InferenceContext,
  shape: Shape,
  scales: readonly number[],
  axes: readonly number[],
): Shape {
  // With tf_crop_and_resize the region of interest decides the size as well.
  const isCropped = stringAttribute(c.node, 'coordinate_transformation_mode') === 'tf_crop_and_resize';
  if (scales.length === 0 || isCropped) {
    return unknownShape(shape.length);
  }
  if (scales.length !== axes.length) {
    throw impossible(c, `${scales.length} scales do not fit its input ${formatShape(shape)}`);
  }
  return scaled(shape, spread(scales, axes, shape.length, 1));
}

function sized(c: InferenceContext, shape: Shape, sizes: Fact['values'], axes: readonly number[]): Shape {
  if (sizes?.length !== axes.length) {
    return unknownShape(shape.length);
  }
  const policy = stringAttribute(c.node, 'keep_aspect_ratio_policy') ?? 'stretch';
  if (policy === 'stretch') {
    return shape.map((size, axis) => (axes.includes(axis) ? sizes[axes.indexOf(axis)] : size));
  }
  const ratios = axes.map((axis, index) => Number(sizes[index]) / Number(shape[axis]));
  const ratio = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
  return shape.map((size, axis) =>
    !axes.includes(axis) ? size : Number.isFinite(ratio) ? Math.round(ratio * Number(size)) : undefined,
  );
}

const gridSample: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  const grid = c.input(1).shape;
  return [{ dtype, shape: grid && [at(x, 0) ?? grid[0], at(x, 1), ...grid.slice(1, -1)] }];
};

const affineGrid: Inference = (c) => {
  const size = c.input(1).values;
  return [
    {
      dtype: c.input(0).dtype,
      shape: size && [size[0], ...size.slice(2), size.length - 2],
    },
  ];
};

export const RESAMPLINGS: InferenceTable = {
  Resize: resize,
  Upsample: upsample,
  GridSample: gridSample,
  AffineGrid: affineGrid,
};
