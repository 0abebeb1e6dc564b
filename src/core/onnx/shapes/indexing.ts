/** Operators that pick, place and join parts of tensors. */

import { intAttribute, intsAttribute } from '../attributes.js';
import type { Dimension } from '../model.js';
import { at, differ, formatShape, unify, unknownShape, withDimension } from './dimensions.js';
import type { Shape } from './dimensions.js';
import { isSmall, rearranged } from './evaluation.js';
import { sameAsInput } from './elementwise.js';
import { axisOf, axisWithin, forAll, impossible, integers, numbersOf } from './inference.js';
import type { Fact, Inference, InferenceContext, InferenceTable } from './inference.js';
import { targetShape } from './reshaping.js';

const gather: Inference = (c) => {
  const [data, indices] = [c.input(0), c.input(1)];
  const [from, index] = [data.shape, indices.shape];
  if (from === undefined || index === undefined) {
    return [{ dtype: data.dtype }];
  }
  const axis = axisOf(c, intAttribute(c.node, 'axis') ?? 0, from);
  const shape = [...from.slice(0, axis), ...index, ...from.slice(axis + 1)];
  const numbers = numbersOf(indices);
  if (numbers === undefined) {
    return [{ dtype: data.dtype, shape }];
  }
  const size = at(from, axis);
  const wrong = numbers.find((n) => typeof size === 'number' && (n >= size || n < -size));
  if (wrong !== undefined) {
    throw impossible(c, `index ${wrong} lies outside axis ${axis} of its input ${formatShape(from)}`);
  }
  const values = rearranged(data, shape, (position) => {
    const inner = position.slice(axis, axis + index.length);
    const flat = inner.reduce((sum, step, place) => sum * Number(index[place] ?? 1) + step, 0);
    const picked = numbers[flat] ?? 0;
    return [
      ...position.slice(0, axis),
      picked < 0 ? picked + Number(size) : picked,
      ...position.slice(axis + index.length),
    ];
  });
  return [{ dtype: data.dtype, shape, values }];
};

const gatherElements: Inference = (c) => [{ dtype: c.input(0).dtype, shape: c.input(1).shape }];

const gatherND: Inference = (c) => {
  const { shape: data, dtype } = c.input(0);
  const index = c.input(1).shape;
  const depth = at(index, -1);
  if (data === undefined || index === undefined || typeof depth !== 'number') {
    return [{ dtype }];
  }
  const batch = intAttribute(c.node, 'batch_dims') ?? 0;
  return [{ dtype, shape: [...index.slice(0, -1), ...data.slice(batch + depth)] }];
};

const concat: Inference = (c) =>
  concatenation(
    c,
    c.node.inputs.map((_, index) => c.input(index)),
  );

/** The output's scale and zero point, then each part with its own. */
const quantisedConcat: Inference = (c) =>
  concatenation(
    c,
    c.node.inputs.flatMap((_, index) => (index >= 2 && index % 3 === 2 ? [c.input(index)] : [])),
  );

function concatenation(c: InferenceContext, parts: readonly Fact[]): ReturnType<Inference> {
  const dtype = parts.find((part) => part.dtype !== undefined)?.dtype;
  const shapes = parts.map((part) => part.shape);
  const first = shapes.find((shape) => shape !== undefined);
  if (first === undefined) {
    return [{ dtype }];
  }
  const axis = axisOf(c, intAttribute(c.node, 'axis') ?? 1, first);
  const shape = first.map((_, position): Dimension => {
    const sizes = shapes.map((each) => at(each, position));
    return position === axis ? joined(sizes) : sizes.reduce(unify, undefined);
  });
  const clash = shapes.find(
    (each) =>
      each !== undefined &&
      (each.length !== first.length ||
        each.some((size, position) => position !== axis && differ(size, shape[position]))),
  );
  if (clash !== undefined) {
    const all = shapes.map(formatShape).join(', ');
    throw impossible(c, `inputs ${all} differ in more than axis ${axis}, along which they are joined`);
  }
  return [{ dtype, shape, values: concatenated(parts, shape, axis) }];
}

function joined(sizes: readonly Dimension[]): Dimension {
  return sizes.length === 1
    ? sizes[0]
    : sizes.reduce(
        (sum, size) => (typeof sum === 'number' && typeof size === 'number' ? sum + size : undefined),
        0,
      );
}

/** Joins values along the first axis, the only one along which shape arithmetic joins. */
function concatenated(parts: readonly Fact[], shape: Shape, axis: number): readonly Dimension[] | undefined {
  const values = parts.map((part) => part.values);
  return axis === 0 && isSmall(shape) && values.every((each) => each !== undefined)
    ? values.flat()
    : undefined;
}

interface AxisSlice {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** One slice per axis that is cut; 'unknown' where they are computed at run time. */
function slicesOf(c: InferenceContext, from: Shape): ReadonlyMap<number, AxisSlice> | 'unknown' {
  const starts = integers(c, 'starts', 1);
  const ends = integers(c, 'ends', 2);
  const axes = integers(c, 'axes', 3) ?? (Array.isArray(starts) ? [...starts.keys()] : undefined);
  const steps = c.opset < 10 ? undefined : integers(c, 'steps', 4);
  if (
    starts === 'unknown' ||
    ends === 'unknown' ||
    axes === 'unknown' ||
    steps === 'unknown' ||
    starts === undefined ||
    ends === undefined ||
    axes === undefined
  ) {
    return 'unknown';
  }
  return new Map(
    axes.map((axis, index) => [
      axisOf(c, axis, from),
      { start: starts[index] ?? 0, end: ends[index] ?? 0, step: steps?.[index] ?? 1 },
    ]),
  );
}

/** The first element that a slice takes from an axis of `size`, and how many. */
function cut({ start, end, step }: AxisSlice, size: number): { first: number; count: number } {
  const wrap = (index: number): number => (index < 0 ? index + size : index);
  const clamp = (index: number, low: number, high: number): number =>
    Math.min(Math.max(wrap(index), low), high);
  const forwards = step > 0;
  const first = clamp(start, 0, forwards ? size : size - 1);
  const last = forwards ? clamp(end, 0, size) : clamp(end, -1, size - 1);
  return { first, count: Math.max(0, Math.ceil((last - first) / step)) };
}

const slice: Inference = (c) => {
  const x = c.input(0);
  const from = x.shape;
  if (from === undefined) {
    return [{ dtype: x.dtype }];
  }
  const slices = slicesOf(c, from);
  if (slices === 'unknown') {
    const axes = integers(c, 'axes', 3);
    const known = Array.isArray(axes)
      ? new Set(axes.map((axis: number) => axisOf(c, axis, from)))
      : undefined;
    return [
      { dtype: x.dtype, shape: from.map((size, axis) => (known?.has(axis) === false ? size : undefined)) },
    ];
  }
  if ([...slices.values()].some(({ step }) => step === 0)) {
    throw impossible(c, `a slice of its input ${formatShape(from)} has step 0`);
  }
  const shape = from.map((size, axis): Dimension => {
    const own = slices.get(axis);
    if (own === undefined || (own.start === 0 && own.step === 1 && own.end >= 2 ** 31 - 1)) {
      return size;
    }
    return typeof size === 'number' ? cut(own, size).count : undefined;
  });
  const values = rearranged(x, shape, (position) =>
    position.map((step, axis) => {
      const own = slices.get(axis);
      return own === undefined ? step : cut(own, Number(from[axis])).first + step * own.step;
    }),
  );
  return [{ dtype: x.dtype, shape, values }];
};

const split: Inference = (c) => {
  const x = c.input(0);
  const from = x.shape;
  const count = c.node.outputs.length;
  if (from === undefined) {
    return c.node.outputs.map(() => ({ dtype: x.dtype }));
  }
  const axis = axisOf(c, intAttribute(c.node, 'axis') ?? 0, from);
  const size = from[axis];
  const sizes = integers(c, 'split', 1) ?? evenly(size, count, c.opset >= 18);
  if (Array.isArray(sizes) && typeof size === 'number' && sum(sizes) !== size) {
    throw impossible(
      c,
      `input ${formatShape(from)} cannot be split into [${sizes.join(', ')}] along axis ${axis}`,
    );
  }
  let start = 0;
  return c.node.outputs.map((_, index) => {
    const own = sizes === 'unknown' ? undefined : sizes?.[index];
    const shape = withDimension(from, axis, own);
    const before = start;
    start += own ?? 0;
    const values = rearranged(x, shape, (position) =>
      position.map((step, place) => (place === axis ? step + before : step)),
    );
    return { dtype: x.dtype, shape, values };
  });
};

/** Equal parts; from opset 18 on the last may be smaller. */
function evenly(size: Dimension, count: number, lastMayDiffer: boolean): readonly number[] | undefined {
  if (typeof size !== 'number') {
    return undefined;
  }
  const part = lastMayDiffer ? Math.ceil(size / count) : Math.floor(size / count);
  return Array.from({ length: count }, (_, index) =>
    index < count - 1 || !lastMayDiffer ? part : size - part * (count - 1),
  );
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}

const pad: Inference = (c) => {
  const { shape: from, dtype } = c.input(0);
  const pads = intsAttribute(c.node, 'paddings') ?? integers(c, 'pads', 1);
  const axes = c.has(3) ? (numbersOf(c.input(3)) ?? 'unknown') : undefined;
  if (from === undefined || pads === undefined || pads === 'unknown' || axes === 'unknown') {
    return [{ dtype, shape: from && unknownShape(from.length) }];
  }
  const padded = axes?.map((axis) => axisOf(c, axis, from)) ?? [...from.keys()];
  if (pads.length !== 2 * padded.length) {
    throw impossible(
      c,
      `${pads.length} pads do not fit its input ${formatShape(from)}, which needs ${2 * padded.length}`,
    );
  }
  const shape = from.map((size, axis): Dimension => {
    const place = padded.indexOf(axis);
    const added = place < 0 ? 0 : (pads[place] ?? 0) + (pads[place + padded.length] ?? 0);
    const result = added === 0 ? size : typeof size === 'number' ? size + added : undefined;
    if (typeof result === 'number' && result < 0) {
      throw impossible(c, `pads [${pads.join(', ')}] cut away more than its input ${formatShape(from)} has`);
    }
    return result;
  });
  return [{ dtype, shape }];
};

const oneHot: Inference = (c) => {
  const indices = c.input(0).shape;
  const dtype = c.input(2).dtype;
  if (indices === undefined) {
    return [{ dtype }];
  }
  const axis = axisWithin(c, intAttribute(c.node, 'axis') ?? -1, indices.length + 1, indices);
  const depth = c.input(1).values?.[0];
  return [{ dtype, shape: [...indices.slice(0, axis), depth, ...indices.slice(axis)] }];
};

const nonZero: Inference = (c) => {
  const { shape: from, values } = c.input(0);
  const found = from?.length === 1 && values !== undefined ? numbersOf({ values }) : undefined;
  if (found !== undefined) {
    const places = [...found.keys()].filter((place) => found[place] !== 0);
    return [{ dtype: 'int64', shape: [1, places.length], values: places }];
  }
  return [{ dtype: 'int64', shape: [from?.length === 0 ? undefined : from?.length, undefined] }];
};

const compress: Inference = (c) => {
  const { shape: from, dtype } = c.input(0);
  const axis = intAttribute(c.node, 'axis');
  if (axis === undefined) {
    return [{ dtype, shape: [undefined] }];
  }
  return [{ dtype, shape: from && withDimension(from, axisOf(c, axis, from), undefined) }];
};

const unique: Inference = (c) => {
  const axis = intAttribute(c.node, 'axis');
  const { shape: from, dtype } = c.input(0);
  const count: Fact = { dtype: 'int64', shape: [undefined] };
  const shape =
    axis === undefined ? [undefined] : from && withDimension(from, axisOf(c, axis, from), undefined);
  return [{ dtype, shape }, count, count, count];
};

const centerCropPad: Inference = (c) => {
  const { shape: from, dtype } = c.input(0);
  const target = targetShape(c.input(1));
  if (from === undefined || target === undefined) {
    return [{ dtype }];
  }
  const axes = intsAttribute(c.node, 'axes')?.map((axis) => axisOf(c, axis, from)) ?? [...from.keys()];
  return [
    { dtype, shape: from.map((size, axis) => (axes.includes(axis) ? target[axes.indexOf(axis)] : size)) },
  ];
};

export const INDEXINGS: InferenceTable = {
  Gather: gather,
  GatherElements: gatherElements,
  GatherND: gatherND,
  Concat: concat,
  Slice: slice,
  Split: split,
  Pad: pad,
  OneHot: oneHot,
  NonZero: nonZero,
  Compress: compress,
  Unique: unique,
  CenterCropPad: centerCropPad,
  NonMaxSuppression: () => [{ dtype: 'int64', shape: [undefined, 3] }],
  ...forAll(
    ['Scatter', 'ScatterElements', 'ScatterND', 'Trilu', 'ReverseSequence', 'CumSum', 'CumProd'],
    sameAsInput,
  ),
};

/** com.microsoft. */
export const QUANTISED_INDEXING: InferenceTable = { QLinearConcat: quantisedConcat };
