/** Which part of every tensor an occluder can change, by windows that several tensors share. */

import { affected, hull, isStill } from './interval.js';
import type { Interval, Slide } from './interval.js';
import { widened } from './widened.js';
import type { WindowedNode, WindowRead } from './windowedForm.js';

/** Rows or columns. */
export type Axis = 0 | 1;

/** What the windows of a chain of nodes look like, whatever the occluder. */
export interface WindowGeometry {
  /** Number of windows that tensors share. */
  readonly count: number;
  /** The window that a tensor's changed part lies in. */
  windowOf(tensor: string): number;
  /** True for a read that takes the window as it was computed; others are cut from the surroundings. */
  isPassed(read: WindowRead, by: WindowedNode): boolean;
  /** Rows and columns of the tensors of a window. */
  sizeOf(window: number): readonly [number, number];
  /** What an occluder over `covered` changes along an axis: an interval for each window. */
  changed(axis: Axis, covered: Interval): readonly Interval[];
}

/**
 * @param nodes in topological order; each reads the image or the output of an earlier one
 * @param sizeOf rows and columns of a tensor
 * @param elementsOf elements of a whole tensor
 * @param probes occluders along both axes; they decide which of several inputs of one node is passed
 */
export function windowGeometry(
  nodes: readonly WindowedNode[],
  image: string,
  sizeOf: (tensor: string) => readonly [number, number],
  elementsOf: (tensor: string) => number,
  probes: readonly [readonly Interval[], readonly Interval[]],
): WindowGeometry {
  // What is made of a widened tensor comes behind it, so the last are widened first.
  const wider = [...widened(nodes, elementsOf)].reverse();
  const reach = (axis: Axis, covered: Interval): Map<string, Interval> => {
    const intervals = new Map([[image, covered]]);
    for (const { output, form } of nodes) {
      const size = sizeOf(output)[axis];
      intervals.set(
        output,
        form.reads
          .map((read) => affected(intervals.get(read.tensor) ?? covered, slideOf(read, axis), size))
          .reduce(hull),
      );
    }
    for (const [output, reader] of wider) {
      intervals.set(output, intervals.get(reader) ?? covered);
    }
    return intervals;
  };
  const probed = ([0, 1] as const).flatMap((axis) => probes[axis].map((covered) => reach(axis, covered)));

  const isPassed = ({ rows, columns, tensor }: WindowRead, { output }: WindowedNode): boolean =>
    tensor !== image &&
    isStill(rows) &&
    isStill(columns) &&
    sizeOf(tensor).every((size, axis) => size === sizeOf(output)[axis]) &&
    probed.every((intervals) => isSame(intervals.get(tensor), intervals.get(output)));

  const windows = new Map([[image, 0]]);
  const sizes = [sizeOf(image)];
  for (const each of nodes) {
    // Several inputs may be passed: their windows become one.
    const passed = each.form.reads
      .filter((read) => isPassed(read, each))
      .map(({ tensor }) => windows.get(tensor));
    const [first, ...others] = [...new Set(passed)];
    if (first === undefined) {
      windows.set(each.output, sizes.length);
      sizes.push(sizeOf(each.output));
      continue;
    }
    windows.set(each.output, first);
    windows.forEach((window, tensor) => {
      if (others.includes(window)) {
        windows.set(tensor, first);
      }
    });
  }

  const memo = new Map<string, readonly Interval[]>();
  return {
    count: sizes.length,
    windowOf(tensor) {
      const window = windows.get(tensor);
      if (window === undefined) {
        throw new Error(`'${tensor}' is not computed by windows`);
      }
      return window;
    },
    isPassed,
    sizeOf: (window) => sizes[window] ?? [0, 0],
    changed(axis, covered) {
      const key = `${axis} ${covered.start} ${covered.end}`;
      let found = memo.get(key);
      if (found === undefined) {
        const all: Interval[] = sizes.map(() => ({ start: 0, end: 0 }));
        for (const [tensor, interval] of reach(axis, covered)) {
          const window = windows.get(tensor) ?? 0;
          all[window] = hull(all[window] ?? interval, interval);
        }
        found = all;
        memo.set(key, found);
      }
      return found;
    },
  };
}

export const slideOf = (read: WindowRead, axis: Axis): Slide => (axis === 0 ? read.rows : read.columns);

function isSame(a: Interval | undefined, b: Interval | undefined): boolean {
  return a?.start === b?.start && a?.end === b?.end;
}
