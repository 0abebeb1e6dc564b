/** Positions put together so that the windows of a group can have one shape without much being computed twice. */

import type { Interval } from './interval.js';
import { lengthOf } from './interval.js';
import type { Position } from './positions.js';
import type { Axis, WindowGeometry } from './windowGeometry.js';
import type { WindowCost } from './windowPlan.js';

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
  const sums = classes.map((each) => totals(each, geometry.count)) as [readonly number[], readonly number[]];
  const costOf = (axis: Axis, sum: readonly number[], count: number): number => {
    const other = sums[axis === 0 ? 1 : 0];
    const work = perElement.reduce(
      (total, each, window) => total + each * (sum[window] ?? 0) * (other[window] ?? 0),
      0,
    );
    return work + rates.perGroup * count * (classes[1 - axis]?.length ?? 1);
  };
  const bestJoin = (): Join | undefined => {
    let best: Join | undefined;
    for (const axis of [0, 1] as const) {
      const own = classes[axis] ?? [];
      const sum = sums[axis];
      const now = costOf(axis, sum, own.length);
      own.forEach((first, a) => {
        own.slice(a + 1).forEach((second, offset) => {
          const joined = union(first, second);
          const after = sum.map(
            (each, window) =>
              each + weightOf(joined, window) - weightOf(first, window) - weightOf(second, window),
          );
          const saving = now - costOf(axis, after, own.length - 1);
          if (saving > (best?.saving ?? 0)) {
            best = { axis, a, b: a + 1 + offset, joined, sum: after, saving };
          }
        });
      });
    }
    return best;
  };

  for (let best = bestJoin(); best !== undefined; best = bestJoin()) {
    const own = classes[best.axis] ?? [];
    own[best.a] = best.joined;
    own.splice(best.b, 1);
    sums[best.axis] = best.sum;
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
  readonly joined: AxisClass;
  /** The axis's sums after it. */
  readonly sum: readonly number[];
  readonly saving: number;
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
