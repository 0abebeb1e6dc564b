/** Arithmetic on the few values that shape computations are made of. */

import type { DataType } from '../../tensor.js';
import type { Dimension } from '../model.js';
import { isStatic, productOf } from './dimensions.js';
import type { Shape } from './dimensions.js';
import { VALUE_LIMIT } from './inference.js';
import type { Fact } from './inference.js';

type Values = readonly Dimension[];

/** One element from one element of each operand. */
export type ElementFunction = (...operands: Dimension[]) => Dimension;

/** Smallest and largest whole number of each integer type, as far as JavaScript counts without gaps. */
const RANGES: ReadonlyMap<DataType, readonly [number, number]> = new Map([
  ['int8', [-(2 ** 7), 2 ** 7 - 1]],
  ['int16', [-(2 ** 15), 2 ** 15 - 1]],
  ['int32', [-(2 ** 31), 2 ** 31 - 1]],
  ['int64', [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]],
  ['uint8', [0, 2 ** 8 - 1]],
  ['uint16', [0, 2 ** 16 - 1]],
  ['uint32', [0, 2 ** 32 - 1]],
  ['uint64', [0, Number.MAX_SAFE_INTEGER]],
]);

/** True for element types whose division truncates. */
export function isInteger(dtype: DataType | undefined): boolean {
  return dtype !== undefined && RANGES.has(dtype);
}

/** A number as an element of type `dtype` holds it; undefined where a JavaScript number cannot. */
export function stored(value: Dimension, dtype: DataType | undefined): Dimension {
  if (typeof value !== 'number') {
    return value;
  }
  if (dtype === 'bool') {
    return value === 0 ? 0 : 1;
  }
  const range = dtype && RANGES.get(dtype);
  if (range !== undefined) {
    return Number.isInteger(value) && value >= range[0] && value <= range[1] ? value : undefined;
  }
  return dtype === 'float32' ? Math.fround(value) : dtype === 'float64' ? value : undefined;
}

/** Applies `f` to every element of the operands, broadcast to `shape`. */
export function mapValues(
  operands: readonly Fact[],
  shape: Shape | undefined,
  dtype: DataType | undefined,
  f: ElementFunction,
): Values | undefined {
  if (shape === undefined || !isStatic(shape) || !isSmall(shape)) {
    return undefined;
  }
  const broadcast = operands.map((operand) => broadcastValues(operand, shape));
  if (!broadcast.every((values) => values !== undefined)) {
    return undefined;
  }
  const count = productOf(shape) ?? 0;
  return Array.from({ length: count }, (_, index) =>
    stored(f(...broadcast.map((values) => values[index])), dtype),
  );
}

/** True for a static shape with few enough elements to follow their values. */
export function isSmall(shape: Shape): boolean {
  return isStatic(shape) && shape.every((size) => size >= 0) && (productOf(shape) ?? 0) <= VALUE_LIMIT;
}

/** The values of a tensor repeated to `shape`, as Expand does. */
function broadcastValues(from: Fact, shape: readonly number[]): Values | undefined {
  const added = shape.length - (from.shape?.length ?? 0);
  return rearranged(from, shape, (position) =>
    position.slice(added).map((step, axis) => (from.shape?.[axis] === 1 ? 0 : step)),
  );
}

/**
 * The values of a tensor of `shape` whose element at a position is `from`'s element at `source(position)`;
 * undefined where `from`'s are unknown or the result is not small.
 */
export function rearranged(
  from: Fact,
  shape: Shape | undefined,
  source: (position: readonly number[]) => readonly number[],
): Values | undefined {
  const { values, shape: fromShape } = from;
  if (values === undefined || fromShape === undefined || shape === undefined || !isSmall(shape)) {
    return undefined;
  }
  return Array.from(
    { length: productOf(shape) ?? 0 },
    (_, index) => values[ravel(source(unravel(index, shape)), fromShape)],
  );
}

/** The multi-index of element `index` of a row-major tensor. */
function unravel(index: number, shape: Shape): number[] {
  const position = new Array<number>(shape.length).fill(0);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = Number(shape[axis] ?? 1);
    position[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return position;
}

/** The row-major index of a multi-index. */
function ravel(position: readonly number[], shape: Shape): number {
  return position.reduce((index, step, axis) => index * Number(shape[axis] ?? 1) + step, 0);
}
