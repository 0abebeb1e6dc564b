/** Operators that keep the elements and change the axes. */

import { intAttribute, intsAttribute } from '../attributes.js';
import type { Dimension } from '../model.js';
import {
  at,
  broadcast,
  foldedDimension,
  formatShape,
  isStatic,
  productOf,
  unknownShape,
  withDimension,
} from './dimensions.js';
import type { Shape } from './dimensions.js';
import { rearranged } from './evaluation.js';
import { VALUE_LIMIT, axisOf, axisWithin, impossible, integers, numbersOf } from './inference.js';
import type { Fact, Inference, InferenceContext, InferenceTable } from './inference.js';

/** The values of a shape input, with symbols; a shape of unknown values may still have a known rank. */
export function targetShape(target: Fact): Shape | undefined {
  const length = target.shape?.length === 1 ? target.shape[0] : undefined;
  return (
    target.values ?? (typeof length === 'number' && length <= VALUE_LIMIT ? unknownShape(length) : undefined)
  );
}

const reshape: Inference = (c) => {
  const x = c.input(0);
  const target = intsAttribute(c.node, 'shape') ?? targetShape(c.input(1));
  const shape = target && reshaped(c, x.shape, target);
  return [{ dtype: x.dtype, shape, values: shape && isStatic(shape) ? x.values : undefined }];
};

function reshaped(c: InferenceContext, from: Shape | undefined, target: Shape): Shape {
  const copiesZeros = intAttribute(c.node, 'allowzero') !== 1;
  const copied = new Set(target.flatMap((size, axis) => (copiesZeros && size === 0 ? [axis] : [])));
  const shape = target.map((size, axis) =>
    copied.has(axis) ? at(from, axis) : size === -1 ? undefined : size,
  );
  if (from === undefined) {
    return shape;
  }
  if ([...copied].some((axis) => axis >= from.length)) {
    throw impossible(
      c,
      `target ${formatShape(target)} copies an axis that its input ${formatShape(from)} lacks`,
    );
  }
  const isOpen = (axis: number): boolean => shape[axis] === undefined && !copied.has(axis);
  const open = [...shape.keys()].filter(isOpen);
  const rest = cancelled(
    from.filter((_, axis) => !copied.has(axis)),
    shape.filter((_, axis) => !copied.has(axis) && !isOpen(axis)),
  );
  if (rest === undefined) {
    return shape;
  }
  const ratio = rest.from / rest.to;
  const [symbol] = rest.symbols;
  const [axis] = open;
  if (symbol !== undefined) {
    return rest.symbols.length === 1 && ratio === 1 && open.length === 1 && axis !== undefined
      ? withDimension(shape, axis, symbol)
      : shape;
  }
  // An unknown target size may be -1 or anything else: the number of elements decides it all the same.
  if (open.length === 0 ? rest.from !== rest.to : rest.to > 0 && !Number.isInteger(ratio)) {
    throw impossible(c, `input ${formatShape(from)} cannot take the shape ${formatShape(target)}`);
  }
  return open.length === 1 && axis !== undefined && rest.to > 0 ? withDimension(shape, axis, ratio) : shape;
}

/**
 * Products of the numbers on both sides and the symbols that only the input has; undefined where sizes are
 * unknown or the target has a symbol that the input lacks.
 */
function cancelled(
  from: Shape,
  to: Shape,
): { from: number; to: number; symbols: readonly string[] } | undefined {
  const symbols = from.filter((size) => typeof size === 'string');
  for (const size of to) {
    if (typeof size === 'string') {
      const found = symbols.indexOf(size);
      if (found < 0) {
        return undefined;
      }
      symbols.splice(found, 1);
    }
  }
  const isNumber = (size: Dimension): size is number => typeof size === 'number';
  const product = (shape: Shape): number => productOf(shape.filter(isNumber)) ?? 0;
  return from.includes(undefined) ? undefined : { from: product(from), to: product(to), symbols };
}

const flatten: Inference = (c) => {
  const { shape: from, dtype } = c.input(0);
  if (from === undefined) {
    return [{ dtype, shape: unknownShape(2) }];
  }
  const axis = intAttribute(c.node, 'axis') ?? 1;
  // The axis may point behind the last one.
  const cut = axis === from.length ? axis : from.length === 0 ? 0 : axisOf(c, axis, from);
  return [{ dtype, shape: [foldedDimension(from.slice(0, cut)), foldedDimension(from.slice(cut))] }];
};

const squeeze: Inference = (c) => {
  const { shape: from, dtype, values } = c.input(0);
  const axes = integers(c, 'axes', 1);
  if (from === undefined || axes === 'unknown' || (axes === undefined && !isStatic(from))) {
    return [{ dtype }];
  }
  const gone = new Set(
    axes === undefined
      ? [...from.keys()].filter((axis) => from[axis] === 1)
      : axes.map((axis) => axisOf(c, axis, from)),
  );
  const wrong = [...gone].find((axis) => typeof from[axis] === 'number' && from[axis] !== 1);
  if (wrong !== undefined) {
    throw impossible(c, `axis ${wrong} of its input ${formatShape(from)} is not of size 1`);
  }
  return [{ dtype, values, shape: from.filter((_, axis) => !gone.has(axis)) }];
};

const unsqueeze: Inference = (c) => {
  const { shape: from, dtype, values } = c.input(0);
  const axes = integers(c, 'axes', 1);
  if (from === undefined || axes === 'unknown' || axes === undefined) {
    return [{ dtype }];
  }
  const rank = from.length + axes.length;
  const added = new Set(axes.map((axis) => axisWithin(c, axis, rank, from)));
  if (added.size < axes.length) {
    throw impossible(c, `axes [${axes.join(', ')}] name an axis twice for its input ${formatShape(from)}`);
  }
  const rest = from.values();
  const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : rest.next().value));
  return [{ dtype, values, shape }];
};

const transpose: Inference = (c) => {
  const x = c.input(0);
  const from = x.shape;
  const order = intsAttribute(c.node, 'perm') ?? (from && [...from.keys()].reverse());
  if (from === undefined || order === undefined) {
    return [{ dtype: x.dtype, shape: order && unknownShape(order.length) }];
  }
  if (order.length !== from.length || new Set(order).size < order.length) {
    throw impossible(
      c,
      `perm [${order.join(', ')}] does not permute the axes of its input ${formatShape(from)}`,
    );
  }
  const shape = order.map((axis) => from[axisOf(c, axis, from)]);
  const values = rearranged(x, shape, (position) =>
    from.map((_, axis) => position[order.indexOf(axis)] ?? 0),
  );
  return [{ dtype: x.dtype, shape, values }];
};

const expand: Inference = (c) => {
  const x = c.input(0);
  const target = targetShape(c.input(1));
  const shape = broadcast([x.shape, target]);
  if (shape === 'impossible') {
    throw impossible(c, `input ${formatShape(x.shape)} cannot be expanded to ${formatShape(target)}`);
  }
  const added = (shape?.length ?? 0) - (x.shape?.length ?? 0);
  const values = rearranged(x, shape, (position) =>
    position.slice(added).map((step, axis) => (x.shape?.[axis] === 1 ? 0 : step)),
  );
  return [{ dtype: x.dtype, shape, values }];
};

/** Blocks of block x block pixels become channels, or channels blocks. */
function blocks(toSpace: boolean): Inference {
  return (c) => {
    const { shape: from, dtype } = c.input(0);
    const block = intAttribute(c.node, 'blocksize') ?? 1;
    if (from === undefined) {
      return [{ dtype, shape: unknownShape(4) }];
    }
    const [batch, channels, ...sizes] = from;
    const times = (size: Dimension, factor: number): Dimension => {
      const product = typeof size === 'number' ? size * factor : undefined;
      if (product !== undefined && !Number.isInteger(product)) {
        throw impossible(c, `input ${formatShape(from)} is not divisible into blocks of ${block}x${block}`);
      }
      return product;
    };
    const spatial = sizes.map((size) => times(size, toSpace ? block : 1 / block));
    return [{ dtype, shape: [batch, times(channels, toSpace ? 1 / block ** 2 : block ** 2), ...spatial] }];
  };
}

const tile: Inference = (c) => {
  const { shape: from, dtype } = c.input(0);
  const repeats = c.opset < 6 ? undefined : numbersOf(c.input(1));
  const shape = from?.map((size, axis) => {
    const times = repeats?.[axis];
    return times === 1 ? size : typeof size === 'number' && times !== undefined ? size * times : undefined;
  });
  return [{ dtype, shape }];
};

export const RESHAPINGS: InferenceTable = {
  Reshape: reshape,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Expand: expand,
  DepthToSpace: blocks(true),
  SpaceToDepth: blocks(false),
  Tile: tile,
};
