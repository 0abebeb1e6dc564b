/** Positions put together so that the windows of a group can have one shape without much being computed twice. */

import type { Interval } from '../windows/interval.js';
import { lengthOf } from '../windows/interval.js';
import type { Position } from './positions.js';
import type { Axis, WindowGeometry } from '../windows/windowGeometry.js';
import type { WindowCost } from '../windows/windowCosts.js';

/** Multiply-adds that take as long as moving one element, and as running one more group. */
export interface GroupingRates {
  readonly perElement: number;
  readonly perGroup: number;
}

/** Coordinates along one axis whose windows are given the same lengths. */
interface AxisClass {
  readonly lengths: readonly number[];
  readonly members: readonly number[];
}

/** For each axis, which class a coordinate belongs to. */
export type Grouping = readonly [ReadonlyMap<number, number>, ReadonlyMap<number, number>];

/**
 * Splits the coordinates of a sweep into classes of rows and of columns; a group is the positions of one class of
 * each. Classes are joined as long as that makes the whole sweep cheaper.
 * @param covered the interval an occluder at a coordinate covers along an axis
 */
export function groupsOf(
  geometry: WindowGeometry,
  costs: readonly WindowCost[],
  rates: GroupingRates,
  coordinates: readonly [readonly number[], readonly number[]],
  covered: (axis: Axis, coordinate: number) => Interval,
): Grouping {
  // Operators of one window cost the same share of it.
  const perElement = Array.from({ length: geometry.count }, () => 0);
  for (const { window, multiplyAdds, elements } of costs) {
    perElement[window] = (perElement[window] ?? 0) + multiplyAdds + elements * rates.perElement;
  }
  const classes = ([0, 1] as const).map((axis) => {
    const byLengths = new Map<string, AxisClass>();
    for (const coordinate of coordinates[axis]) {
      const lengths = geometry
        .changed(axis, covered(axis, coordinate))
        .map((interval) => Math.max(1, lengthOf(interval)));
      const key = lengths.join();
      const members = byLengths.get(key)?.members ?? [];
      byLengths.set(key, { lengths, members: [...members, coordinate] });
    }
    return [...byLengths.values()];
  });
  const sums = classes.map((each) => totals(each, geometry.count));
  /** What a unit of length of each window costs along an axis, over all classes of the other one. */
  const ratesOf = (axis: Axis): readonly number[] =>
    perElement.map((each, window) => each * (sums[1 - axis]?.[window] ?? 0));
  const bestJoin = (): Join | undefined => {
    let best: Join | undefined;
    for (const axis of [0, 1] as const) {
      const own = classes[axis] ?? [];
      const lengthRates = ratesOf(axis);
      const perClass = rates.perGroup * (classes[1 - axis]?.length ?? 1);
      for (const [a, first] of own.entries()) {
        for (let b = a + 1; b < own.length; b++) {
          const saving = perClass - extraCost(first, own[b] ?? first, lengthRates);
          if (saving > (best?.saving ?? 0)) {
            best = { axis, a, b, saving };
          }
        }
      }
    }
    return best;
  };

  for (let best = bestJoin(); best !== undefined; best = bestJoin()) {
    const own = classes[best.axis] ?? [];
    const [first, second] = [own[best.a], own[best.b]];
    if (first !== undefined && second !== undefined) {
      own[best.a] = union(first, second);
      own.splice(best.b, 1);
      sums[best.axis] = totals(own, geometry.count);
    }
  }
  const classOf = (axis: Axis): Map<number, number> =>
    new Map((classes[axis] ?? []).flatMap(({ members }, index) => members.map((member) => [member, index])));
  return [classOf(0), classOf(1)];
}

/** The positions by group, in the order in which groups first occur. */
export function inGroups(positions: readonly Position[], [rows, columns]: Grouping): Position[][] {
  const groups = new Map<string, Position[]>();
  for (const position of positions) {
    const key = `${rows.get(position.top) ?? -1} ${columns.get(position.left) ?? -1}`;
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [position]);
    } else {
      group.push(position);
    }
  }
  return [...groups.values()];
}

interface Join {
  readonly axis: Axis;
  readonly a: number;
  readonly b: number;
  readonly saving: number;
}

/** What it costs more to give the members of two classes the same lengths. */
function extraCost(a: AxisClass, b: AxisClass, rates: readonly number[]): number {
  let cost = 0;
  for (const [window, rate] of rates.entries()) {
    const [first, second] = [a.lengths[window] ?? 0, b.lengths[window] ?? 0];
    const longer = Math.max(first, second);
    cost += rate * (a.members.length * (longer - first) + b.members.length * (longer - second));
  }
  return cost;
}

function union(a: AxisClass, b: AxisClass): AxisClass {
  return {
    lengths: a.lengths.map((length, window) => Math.max(length, b.lengths[window] ?? 0)),
    members: [...a.members, ...b.members],
  };
}

/** The sum of a class's lengths over its coordinates. */
function weightOf({ lengths, members }: AxisClass, window: number): number {
  return members.length * (lengths[window] ?? 0);
}

/** For each window the sum of its lengths over all coordinates. */
function totals(classes: readonly AxisClass[], windows: number): readonly number[] {
  return Array.from({ length: windows }, (_, window) =>
    classes.reduce((sum, each) => sum + weightOf(each, window), 0),
  );
}
