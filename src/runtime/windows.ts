/** Cuts windows out of a tensor and writes patches over them: what happens between the models of a windowed run. */

import { UserError } from '../core/errors.js';
import type { Patch, WindowStep } from '../core/engine.js';

/** A float32 tensor seen as [entries, outer, rows, columns, inner]. */
interface Planes {
  readonly data: Float32Array;
  readonly entries: number;
  readonly outer: number;
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

interface DenseFloats {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A rectangle's corner and size. */
interface Window {
  readonly top: number;
  readonly left: number;
  readonly rows: number;
  readonly columns: number;
}

/** Below this many elements a loop is faster than a call that copies memory. */
const LONG_ROW = 48;

/**
 * The windows of `step`, [windows, ...].
 * @param base the step's base, with a batch of one
 * @param valuesOf the values of a patch
 * @throws RangeError where the shapes do not fit together
 */
export function cutWindows(
  step: WindowStep,
  base: DenseFloats,
  valuesOf: (patch: Patch) => DenseFloats,
): DenseFloats {
  const from = planesOf(base, step.rowAxis);
  const [rows, columns] = step.size;
  const count = step.corners.length / 2;
  const dims = base.dims.map((size, axis) =>
    axis === 0 ? count : axis === step.rowAxis ? rows : axis === step.rowAxis + 1 ? columns : size,
  );
  const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
  const to = planesOf({ dims, data }, step.rowAxis);
  const whole: Window = { top: 0, left: 0, rows: from.rows, columns: from.columns };
  for (let entry = 0; entry < count; entry++) {
    const window = { ...cornerOf(step.corners, entry), rows, columns };
    if (!isInside(window, from)) {
      const length = to.outer * rows * columns * to.inner;
      data.fill(step.padding, entry * length, (entry + 1) * length);
    }
    copy(from, 0, whole, to, entry, window, whole);
  }
  for (const patch of step.patches) {
    const values = planesOf(valuesOf(patch), step.rowAxis);
    const written = patch.corners.length / 2;
    if (
      (values.entries !== 1 && values.entries !== written) ||
      values.outer !== to.outer ||
      values.inner !== to.inner ||
      patch.first + written > count
    ) {
      throw new RangeError(`a patch of ${values.entries} entries does not fit ${count} windows`);
    }
    for (let index = 0; index < written; index++) {
      const entry = patch.first + index;
      const place = { ...cornerOf(patch.corners, index), rows: values.rows, columns: values.columns };
      const window = { ...cornerOf(step.corners, entry), rows, columns };
      copy(values, values.entries === 1 ? 0 : index, place, to, entry, window, whole);
    }
  }
  return { dims, data };
}

/** The elements of a tensor that an engine step holds. @throws UserError for another type than float32 */
export function floatsOf(tensor: { readonly dims: readonly number[]; readonly data: unknown }): DenseFloats {
  if (!(tensor.data instanceof Float32Array)) {
    throw new UserError('Windows are cut out of float32 tensors only.');
  }
  return { dims: tensor.dims, data: tensor.data };
}

function planesOf({ dims, data }: DenseFloats, rowAxis: number): Planes {
  const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
  return {
    data,
    entries: dims[0] ?? 1,
    outer: product(dims.slice(1, rowAxis)),
    rows: dims[rowAxis] ?? 1,
    columns: dims[rowAxis + 1] ?? 1,
    inner: product(dims.slice(rowAxis + 2)),
  };
}

function cornerOf(corners: Int32Array, index: number): { top: number; left: number } {
  return { top: corners[2 * index] ?? 0, left: corners[2 * index + 1] ?? 0 };
}

function isInside({ top, left, rows, columns }: Window, within: Planes): boolean {
  return top >= 0 && left >= 0 && top + rows <= within.rows && left + columns <= within.columns;
}

/** Copies what two windows of the same plane have in common, inside of `limit`. */
function copy(
  from: Planes,
  fromEntry: number,
  source: Window,
  to: Planes,
  toEntry: number,
  target: Window,
  limit: Window,
): void {
  const common = [source, target, limit];
  const top = Math.max(...common.map((window) => window.top));
  const left = Math.max(...common.map((window) => window.left));
  const rows = Math.min(...common.map((window) => window.top + window.rows)) - top;
  const columns = Math.min(...common.map((window) => window.left + window.columns)) - left;
  if (rows <= 0 || columns <= 0) {
    return;
  }
  const { outer, inner } = to;
  const length = columns * inner;
  const [fromRow, toRow] = [from.columns * inner, to.columns * inner];
  const [a, b] = [from.data, to.data];
  for (let plane = 0; plane < outer; plane++) {
    let i =
      ((fromEntry * outer + plane) * from.rows + top - source.top) * fromRow + (left - source.left) * inner;
    let j = ((toEntry * outer + plane) * to.rows + top - target.top) * toRow + (left - target.left) * inner;
    for (let row = 0; row < rows; row++, i += fromRow, j += toRow) {
      if (length < LONG_ROW) {
        for (let k = 0; k < length; k++) {
          b[j + k] = a[i + k] as number;
        }
      } else {
        b.set(a.subarray(i, i + length), j);
      }
    }
  }
}
