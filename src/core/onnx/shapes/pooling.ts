/** Pools over [N, C, spatial...] and over regions of interest. */

import { intAttribute, intsAttribute } from '../attributes.js';
import type { Dimension } from '../model.js';
import { at, formatShape, unknownShape } from './dimensions.js';
import { forAll, impossible, numbersOf } from './inference.js';
import type { Inference, InferenceTable } from './inference.js';
import { extentOf, positionsOf, roundsUp, windowsOf } from './window.js';

const pool: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  if (x === undefined) {
    return [{ dtype }];
  }
  const sizes = x.slice(2);
  const windows = windowsOf(c.node, sizes);
  const pooled = windows?.map((window, axis) => positionsOf(window, sizes[axis], roundsUp(c.node)));
  if (pooled?.some((count) => typeof count === 'number' && count <= 0)) {
    const kernel = windows?.map((window) => window.kernel);
    throw impossible(c, `kernel ${formatShape(kernel)} is larger than its padded input ${formatShape(x)}`);
  }
  const shape = [x[0], x[1], ...(pooled ?? unknownShape(sizes.length))];
  return [
    { dtype, shape },
    { dtype: 'int64', shape },
  ];
};

const globalPool: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  return [{ dtype, shape: x && [x[0], x[1], ...x.slice(2).map(() => 1)] }];
};

const maxUnpool: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  if (c.has(2)) {
    return [{ dtype, shape: numbersOf(c.input(2)) }];
  }
  const sizes = x?.slice(2) ?? [];
  const windows = windowsOf(c.node, sizes);
  if (x === undefined || windows === undefined) {
    return [{ dtype }];
  }
  const unpooled = windows.map((window, axis): Dimension => {
    const size = sizes[axis];
    const [before, after] = window.pads ?? [0, 0];
    return typeof size === 'number'
      ? (size - 1) * window.stride + extentOf(window) - before - after
      : undefined;
  });
  return [{ dtype, shape: [x[0], x[1], ...unpooled] }];
};

const roiAlign: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  const size = (name: string): number => intAttribute(c.node, name) ?? 1;
  return [
    {
      dtype,
      shape: [at(c.input(1).shape, 0), at(x, 1), size('output_height'), size('output_width')],
    },
  ];
};

const maxRoiPool: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  const [height, width] = intsAttribute(c.node, 'pooled_shape') ?? [];
  return [{ dtype, shape: [at(c.input(1).shape, 0), at(x, 1), height, width] }];
};

export const POOLS: InferenceTable = {
  ...forAll(['MaxPool', 'AveragePool', 'LpPool'], pool),
  ...forAll(['GlobalMaxPool', 'GlobalAveragePool', 'GlobalLpPool'], globalPool),
  MaxUnpool: maxUnpool,
  RoiAlign: roiAlign,
  MaxRoiPool: maxRoiPool,
};

/** com.microsoft: quantised pools, channels first unless channels_last says otherwise. */
export const QUANTISED_POOLS: InferenceTable = {
  QLinearAveragePool: (c) => (intAttribute(c.node, 'channels_last') === 1 ? [] : pool(c)),
  QLinearGlobalAveragePool: (c) => (intAttribute(c.node, 'channels_last') === 1 ? [] : globalPool(c)),
};
