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

/** Positions along one axis that share window lengths. */
interface AxisClass {
  /** How often each of the coordinates occurs does not matter: a grid has every row equally often. */
  count: number;
  lengths: number[];
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
    const byLengths = new Map<string, AxisClass & { members: number[] }>();
    for (const coordinate of coordinates[axis]) {
      const lengths = geometry.changed(axis, covered(axis, coordinate)).map((interval) => Math.max(1, lengthOf(interval)));
      const key = lengths.join();
      const found = byLengths.get(key) ?? { count: 0, lengths, members: [] };
      found.count++;
      found.members.push(coordinate);
      byLengths.set(key, found);
    }
    return [...byLengths.values()];
  });
  const sums = classes.map((each) => totals(each, geometry.count));
  const costOf = (axis: Axis, sum: readonly number[], count: number): number => {
    const other = sums[1 - axis] ?? [];
    const work = perElement.reduce((total, each, window) => total + each * (sum[window] ?? 0) * (other[window] ?? 0), 0);
    return work + rates.perGroup * count * (classes[1 - axis]?.length ?? 1);
  };

  for (;;) {
    let best: { axis: Axis; a: number; b: number; saving: number } | undefined;
    for (const axis of [0, 1] as const) {
      const own = classes[axis] ?? [];
      const now = costOf(axis, sums[axis] ?? [], own.length);
      for (let a = 0; a < own.length; a++) {
        for (let b = a + 1; b < own.length; b++) {
          const joined = own.flatMap((each, at) => (at === b ? [] : at === a ? [union(own[a], own[b])] : [each]));
          const saving = now - costOf(axis, totals(joined, geometry.count), joined.length);
          if (saving > 0 && saving > (best?.saving ?? 0)) {
            best = { axis, a, b, saving };
          }
        }
      }
    }
    if (best === undefined) {
      break;
    }
    const own = classes[best.axis] ?? [];
    const [first, second] = [own[best.a], own[best.b]];
    if (first !== undefined && second !== undefined) {
      own[best.a] = { ...union(first, second), members: [...first.members, ...second.members] };
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

function union(a: AxisClass | undefined, b: AxisClass | undefined): AxisClass {
  const lengths = (a?.lengths ?? []).map((length, window) => Math.max(length, b?.lengths[window] ?? 0));
  return { count: (a?.count ?? 0) + (b?.count ?? 0), lengths };
}

/** For each window the sum of its lengths over all coordinates. */
function totals(classes: readonly AxisClass[], windows: number): number[] {
  return Array.from({ length: windows }, (_, window) =>
    classes.reduce((sum, { count, lengths }) => sum + count * (lengths[window] ?? 0), 0),
  );
}
