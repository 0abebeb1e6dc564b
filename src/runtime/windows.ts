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
const LONG_ROW = 64;

/**
 * The windows of `step`, [windows, ...].
 * @param base the step's base, with a batch of one
 * @param valuesOf the values of a patch
 * @param memory gives an array for the result, whatever is in it
 * @throws RangeError where the shapes do not fit together
 */
export function cutWindows(
  step: WindowStep,
  base: DenseFloats,
  valuesOf: (patch: Patch) => DenseFloats,
  memory: (length: number) => Float32Array = (length) => new Float32Array(length),
): DenseFloats {
  const from = planesOf(base, step.rowAxis);
  const [rows, columns] = step.size;
  const count = step.corners.length / 2;
  const dims = base.dims.map((size, axis) =>
    axis === 0 ? count : axis === step.rowAxis ? rows : axis === step.rowAxis + 1 ? columns : size,
  );
  const data = memory(dims.reduce((product, size) => product * size, 1));
  const to = planesOf({ dims, data }, step.rowAxis);
  const whole: Window = { top: 0, left: 0, rows: from.rows, columns: from.columns };
  const windows = Array.from({ length: count }, (_, entry): Window => ({
    ...cornerOf(step.corners, entry),
    rows,
    columns,
  }));
  const patches = step.patches.map((patch) => ({ patch, values: planesOf(valuesOf(patch), step.rowAxis) }));
  const placed = windows.map((): Placed[] => []);
  for (const { patch, values } of patches) {
    const written = patch.corners.length / 2;
    const start = patch.entry ?? 0;
    if (
      (values.entries !== 1 && values.entries < start + written) ||
      values.outer !== to.outer ||
      values.inner !== to.inner ||
      patch.first + written > count
    ) {
      throw new RangeError(`a patch of ${values.entries} entries does not fit ${count} windows`);
    }
    for (let index = 0; index < written; index++) {
      const place = { ...cornerOf(patch.corners, index), rows: values.rows, columns: values.columns };
      placed[patch.first + index]?.push({ values, entry: values.entries === 1 ? 0 : start + index, place });
    }
  }
  for (const [entry, window] of windows.entries()) {
    const seen = common(window, whole);
    const own = placed[entry] ?? [];
    const [only, ...others] = own.map(({ place }) => common(place, seen));
    if (seen.rows < rows || seen.columns < columns) {
      const length = to.outer * rows * columns * to.inner;
      data.fill(step.padding, entry * length, (entry + 1) * length);
    }
    // What a single patch covers need not be copied first.
    const around = only !== undefined && others.length === 0 ? stripsAround(only, seen) : [seen];
    around.forEach((strip) => copy(from, 0, whole, to, entry, window, strip));
    for (const each of own) {
      copy(each.values, each.entry, each.place, to, entry, window, common(each.place, seen));
    }
  }
  return { dims, data };
}

/** One entry of a patch, and the part of the base that it stands for. */
interface Placed {
  readonly values: Planes;
  readonly entry: number;
  readonly place: Window;
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

/** What two windows have in common; without rows or columns where that is nothing. */
function common(a: Window, b: Window): Window {
  const top = Math.max(a.top, b.top);
  const left = Math.max(a.left, b.left);
  return {
    top,
    left,
    rows: Math.max(0, Math.min(a.top + a.rows, b.top + b.rows) - top),
    columns: Math.max(0, Math.min(a.left + a.columns, b.left + b.columns) - left),
  };
}

/** The parts of `window` above, below, left and right of a window inside it. */
function stripsAround(inner: Window, window: Window): readonly Window[] {
  if (inner.rows === 0 || inner.columns === 0) {
    return [window];
  }
  const [bottom, right] = [inner.top + inner.rows, inner.left + inner.columns];
  return [
    { ...window, rows: inner.top - window.top },
    { ...window, top: bottom, rows: window.top + window.rows - bottom },
    { ...inner, left: window.left, columns: inner.left - window.left },
    { ...inner, left: right, columns: window.left + window.columns - right },
  ];
}

/** Copies `part`, in the base's coordinates, from a tensor that holds `source` to one that holds `target`. */
function copy(
  from: Planes,
  fromEntry: number,
  source: Window,
  to: Planes,
  toEntry: number,
  target: Window,
  part: Window,
): void {
  if (part.rows === 0 || part.columns === 0) {
    return;
  }
  const { outer, inner } = to;
  const [fromRow, toRow] = [from.columns * inner, to.columns * inner];
  const isSolid = part.columns === from.columns && part.columns === to.columns;
  const [rows, length] = isSolid ? [1, part.rows * part.columns * inner] : [part.rows, part.columns * inner];
  const [a, b] = [from.data, to.data];
  const fromFirst = (part.top - source.top) * fromRow + (part.left - source.left) * inner;
  const toFirst = (part.top - target.top) * toRow + (part.left - target.left) * inner;
  for (let plane = 0; plane < outer; plane++) {
    let i = (fromEntry * outer + plane) * from.rows * fromRow + fromFirst;
    let j = (toEntry * outer + plane) * to.rows * toRow + toFirst;
    for (let row = 0; row < rows; row++, i += fromRow, j += toRow) {
      if (length >= LONG_ROW) {
        b.set(a.subarray(i, i + length), j);
        continue;
      }
      // Four are read before four are written: one at a time, the loop itself takes a quarter of the time.
      let k = 0;
      for (; k + 4 <= length; k += 4) {
        const first = a[i + k] as number;
        const second = a[i + k + 1] as number;
        const third = a[i + k + 2] as number;
        const fourth = a[i + k + 3] as number;
        b[j + k] = first;
        b[j + k + 1] = second;
        b[j + k + 2] = third;
        b[j + k + 3] = fourth;
      }
      for (; k < length; k++) {
        b[j + k] = a[i + k] as number;
      }
    }
  }
}
