/** The plans of an incremental sweep by where whole tensors begin, and what each costs by its arithmetic. */

import type { Engine } from '../engine.js';
import type { Network } from '../network/network.js';
import type { Steps } from '../steps.js';
import { elementCount } from '../tensor.js';
import { lengthOf } from '../windows/interval.js';
import type { Interval } from '../windows/interval.js';
import type { Axis } from '../windows/windowGeometry.js';
import { planWindows } from '../windows/windowPlan.js';
import type { WindowPlan } from '../windows/windowPlan.js';
import { sizeIn, windowSource } from '../windows/windowSource.js';
import type { WindowSource } from '../windows/windowSource.js';
import type { Followed } from './followed.js';
import { groupsOf } from './groups.js';
import type { Grouping, GroupingRates } from './groups.js';
import { incrementalRunner } from './incremental.js';
import { LARGEST_BATCH } from './plain.js';
import type { Position, PositionGrid } from './positions.js';
import type { OccludedPhoto, OccludedRunner } from './runner.js';
import { BEHIND_WINDOWS, positionsOfRun } from './runLength.js';
import { switchPoints } from './switchPoint.js';

/** Rates to begin with; a group costs some milliseconds for starting its models and reading their weights. */
export const FIRST_RATES: GroupingRates = { perElement: 40, perGroup: 3e8 };
/** Tails with large weights want many positions at once. */
const LARGEST_TAIL = 2 * LARGEST_BATCH;

/** How a sweep runs on windows. */
export interface IncrementalSetting {
  /** Candidates of the source that run on windows. */
  readonly count: number;
  readonly rates: GroupingRates;
  /** Most positions whose windows are computed at once. */
  readonly windows: number;
}

export interface IncrementalOptions {
  /** Bytes that windows, or the tensors of the tail, may take at once. */
  readonly memoryBound: number;
  readonly log?: ((line: string) => void) | undefined;
}

export class IncrementalPlans {
  private readonly plans = new Map<number, WindowPlan>();
  private readonly memoryBound: number;
  private readonly log: IncrementalOptions['log'];

  private constructor(
    private readonly engine: Pick<Engine, 'provider'>,
    readonly source: WindowSource,
    readonly occluded: OccludedPhoto,
    private readonly grid: PositionGrid,
    /** Numbers of candidates on windows that may be the fastest, the best guess first. */
    readonly points: readonly [number, ...number[]],
    { memoryBound, log }: IncrementalOptions,
  ) {
    this.memoryBound = memoryBound;
    this.log = log;
  }

  /** Undefined where nothing can be gained: no operator behind the image runs on windows, or all reach everywhere. */
  static *plansSteps(
    engine: Pick<Engine, 'provider'>,
    network: Network,
    followed: Followed,
    occluded: OccludedPhoto,
    grid: PositionGrid,
    options: IncrementalOptions,
  ): Steps<IncrementalPlans | undefined> {
    const source = windowSource(network, followed.graph, followed.outputs);
    yield;
    const [first = 0, ...others] = switchPoints(source, probesOf(source, grid), FIRST_RATES.perElement);
    if (first === 0) {
      return undefined;
    }
    yield;
    return new IncrementalPlans(engine, source, occluded, grid, [first, ...others], options);
  }

  /** A plan's share of arithmetic, for reports: multiply-adds of one position on average, and of a whole run. */
  arithmeticOf(count: number): {
    readonly incremental: number;
    readonly plain: number;
  } {
    const plan = this.plan(count);
    const windows = this.meanWork(plan, 0);
    const whole = plan.costs.reduce((sum, { window, multiplyAdds }) => {
      const [rows, columns] = plan.geometry.sizeOf(window);
      return sum + multiplyAdds * rows * columns;
    }, 0);
    const tail = plan.tailCost.multiplyAdds;
    return { incremental: windows + tail, plain: whole + tail };
  }

  /** Multiply-adds of one position on average, moving an element counting as `perElement`, of the windows alone. */
  meanWork(plan: WindowPlan, perElement: number): number {
    const { positions } = this.grid;
    const sum = positions.reduce((total, each) => total + this.workOf(plan, each, perElement), 0);
    return sum / Math.max(1, positions.length);
  }

  workOf(plan: WindowPlan, { top, left }: Position, perElement: number): number {
    const size = this.occluded.size;
    const rows = plan.geometry.changed(0, clipped(plan.geometry.sizeOf(0)[0], top, size));
    const columns = plan.geometry.changed(1, clipped(plan.geometry.sizeOf(0)[1], left, size));
    return plan.costs.reduce((sum, { window, multiplyAdds, elements }) => {
      const area = Math.max(1, lengthAt(rows, window)) * Math.max(1, lengthAt(columns, window));
      return sum + area * (multiplyAdds + perElement * elements);
    }, 0);
  }

  /** The positions nearest the middle of the photo, whose windows are the largest. */
  middlePositions(count: number): readonly Position[] {
    const { positions, rows, columns, stride } = this.grid;
    const [y, x] = [((rows - 1) * stride) / 2, ((columns - 1) * stride) / 2];
    const distance = ({ top, left }: Position): number => (top - y) ** 2 + (left - x) ** 2;
    return [...positions].sort((a, b) => distance(a) - distance(b)).slice(0, count);
  }

  /** Candidates up to `count` on windows, the rest whole. */
  plan(count: number): WindowPlan {
    const known = this.plans.get(count);
    if (known !== undefined) {
      return known;
    }
    const start = performance.now();
    const plan = planWindows(this.source, count, probesOf(this.source, this.grid));
    this.log?.(
      `occlusion: ${plan.levels.length} window graphs built in ${(performance.now() - start).toFixed(0)} ms`,
    );
    this.plans.set(count, plan);
    return plan;
  }

  /** What a position of the sweep takes on average, groups and the tail included, in multiply-adds. */
  sweepWork(setting: IncrementalSetting): number {
    const { positions } = this.grid;
    const plan = this.plan(setting.count);
    const bunches = this.runnerFor(setting).bunches(positions);
    const sum = bunches.reduce((total, bunch) => total + this.bunchWork(plan, setting.rates, bunch), 0);
    return sum / Math.max(1, positions.length);
  }

  /** What positions take whose windows are computed at once: all are as large as the largest of them. */
  bunchWork(plan: WindowPlan, rates: GroupingRates, bunch: readonly Position[]): number {
    const { perElement, perGroup } = rates;
    const largest = Math.max(0, ...bunch.map((position) => this.workOf(plan, position, perElement)));
    const tail = plan.tailCost.multiplyAdds + perElement * plan.tailCost.elements;
    return perGroup + bunch.length * (largest + tail);
  }

  runnerFor(setting: IncrementalSetting): OccludedRunner {
    const plan = this.plan(setting.count);
    return incrementalRunner(
      plan,
      this.occluded,
      this.groupingOf(plan, setting.rates),
      this.batchOf(setting),
    );
  }

  private groupingOf(plan: WindowPlan, rates: GroupingRates): Grouping {
    const { positions } = this.grid;
    const rows = [...new Set(positions.map(({ top }) => top))];
    const columns = [...new Set(positions.map(({ left }) => left))];
    return groupsOf(plan.geometry, plan.costs, rates, [rows, columns], (axis, coordinate) =>
      clipped(plan.geometry.sizeOf(0)[axis], coordinate, this.occluded.size),
    );
  }

  /** Most positions of a run on windows, and of one on whole tensors behind them. */
  batchOf({ count, windows }: IncrementalSetting): {
    windows: number;
    tail: number;
  } {
    const plan = this.plan(count);
    const fit = (bytes: number, most: number): number =>
      Math.max(1, Math.min(most, Math.floor(this.memoryBound / Math.max(1, bytes))));
    const probes = probesOf(this.source, this.grid);
    return {
      windows: positionsOfRun(this.engine, largestWork(plan, probes), fit(levelBytes(plan, probes), windows)),
      tail: positionsOfRun(
        this.engine,
        plan.tailCost.multiplyAdds,
        fit(4 * plan.tailCost.elements, LARGEST_TAIL),
        BEHIND_WINDOWS,
      ),
    };
  }
}

/** What the occluders of a grid cover, along both axes. */
function probesOf(
  source: WindowSource,
  { positions, size }: PositionGrid,
): readonly [readonly Interval[], readonly Interval[]] {
  const [height, width] = sizeIn(source, source.network.input.name);
  const along = (coordinates: readonly number[], length: number): Interval[] =>
    [...new Set(coordinates)].map((coordinate) => clipped(length, coordinate, size));
  return [
    along(
      positions.map(({ top }) => top),
      height,
    ),
    along(
      positions.map(({ left }) => left),
      width,
    ),
  ];
}

function clipped(length: number, coordinate: number, size: number): Interval {
  const clip = (value: number): number => Math.min(Math.max(value, 0), length);
  return { start: clip(coordinate), end: clip(coordinate + size) };
}

function lengthAt(intervals: readonly Interval[], window: number): number {
  const interval = intervals[window];
  return interval === undefined ? 0 : lengthOf(interval);
}

type Probes = ReturnType<typeof probesOf>;

/** The most that an occluder changes of a window along an axis. */
function longest(plan: WindowPlan, probes: Probes, axis: Axis, window: number): number {
  return probes[axis].reduce(
    (most, covered) => Math.max(most, lengthAt(plan.geometry.changed(axis, covered), window)),
    1,
  );
}

/** Bytes of one position's windows, cut and computed, all levels together. */
function levelBytes(plan: WindowPlan, probes: Probes): number {
  return plan.costs.reduce(
    (sum, { window, elements }) =>
      sum + 4 * elements * longest(plan, probes, 0, window) * longest(plan, probes, 1, window),
    elementCount(plan.network.input.shape) * 4,
  );
}

/** Multiply-adds of one position in the window that takes the most. */
function largestWork(plan: WindowPlan, probes: Probes): number {
  const works = new Map<number, number>();
  for (const { window, multiplyAdds } of plan.costs) {
    const area = longest(plan, probes, 0, window) * longest(plan, probes, 1, window);
    works.set(window, (works.get(window) ?? 0) + multiplyAdds * area);
  }
  return Math.max(0, ...works.values());
}
