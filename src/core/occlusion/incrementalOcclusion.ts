/** Incremental sweeps of one occluder over one photo: planned, tuned on first use, open to single positions. */

import type { Engine } from '../engine.js';
import type { Network } from '../network/network.js';
import { forwardOf } from '../network/forward.js';
import type { Steps } from '../steps.js';
import { elementCount } from '../tensor.js';
import type { Followed } from './followed.js';
import { groupsOf } from './groups.js';
import type { Grouping, GroupingRates } from './groups.js';
import { incrementalRunner, stepsFor } from './incremental.js';
import { lengthOf } from '../windows/interval.js';
import type { Interval } from '../windows/interval.js';
import { LARGEST_BATCH } from './plain.js';
import type { OccludedPhoto, OccludedRunner, RunsOn } from './plain.js';
import type { Position, PositionGrid } from './positions.js';
import { MEASURE_MS, plainRate, runTime } from './rates.js';
import { positionsOfRun } from './runLength.js';
import { switchPoints } from './switchPoint.js';
import { tuningKey } from './tuning.js';
import type { Tuning, TuningStore } from './tuning.js';
import type { Axis } from '../windows/windowGeometry.js';
import { planWindows } from '../windows/windowPlan.js';
import { sizeIn, windowSource } from '../windows/windowSource.js';
import type { WindowPlan } from '../windows/windowPlan.js';
import type { WindowSource } from '../windows/windowSource.js';

/** Rates to begin with; a group costs some milliseconds for starting its models and reading their weights. */
const FIRST_RATES: GroupingRates = { perElement: 40, perGroup: 3e8 };
const FIRST_WINDOWS = 32;
/** Tails with large weights want many positions at once. */
const LARGEST_TAIL = 2 * LARGEST_BATCH;
const MEASURED_POSITIONS = 32;
/** A whole run that takes longer does not wait for a device, so that batches cannot make it much faster. */
const WORKING_MS = 10;
/** What batches may still gain then. */
const BATCH_GAIN = 2;

type Measure = (
  plan: WindowPlan,
  groups: readonly (readonly Position[])[],
  part: 'all' | 'levels',
) => Promise<number>;

export interface IncrementalOptions {
  /** Bytes that windows, or the tensors of the tail, may take at once. */
  readonly memoryBound: number;
  readonly store?: TuningStore | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

export class IncrementalOcclusion implements OccludedRunner {
  /** False until rates have been measured or found in the store. */
  isTuned: boolean;
  private readonly plans = new Map<number, WindowPlan>();
  private readonly key: string;
  private tuning: Tuning;
  private made: OccludedRunner | undefined;

  private constructor(
    private readonly engine: Pick<Engine, 'provider' | 'setting'>,
    private readonly source: WindowSource,
    private readonly followed: Followed,
    private readonly occluded: OccludedPhoto,
    private readonly grid: PositionGrid,
    private readonly points: readonly number[],
    private readonly options: IncrementalOptions,
  ) {
    const everything = this.plan(source.candidates.length);
    const graph = everything.base?.bytes ?? new Uint8Array(0);
    this.key = tuningKey(graph, [occluded.size, grid.stride, ...source.outputs, engine.setting ?? '']);
    const known = options.store?.get(this.key);
    this.isTuned = known !== undefined && known.count <= source.candidates.length;
    this.tuning = (this.isTuned ? known : undefined) ?? {
      // A GPU takes many images at once nearly as fast as one.
      isSlower: (engine.provider ?? 'cpu') !== 'cpu',
      count: points[0] ?? 0,
      rates: FIRST_RATES,
      windows: FIRST_WINDOWS,
    };
  }

  /**
   * Undefined where nothing can be gained: no operator behind the image runs on windows, or all reach everywhere.
   */
  static *opening(
    engine: Engine,
    network: Network,
    followed: Followed,
    occluded: OccludedPhoto,
    grid: PositionGrid,
    options: IncrementalOptions,
  ): Steps<IncrementalOcclusion | undefined> {
    const source = windowSource(network, followed.graph, followed.outputs);
    yield;
    const points = switchPoints(source, probesOf(source, grid), FIRST_RATES.perElement);
    if ((points[0] ?? 0) === 0) {
      return undefined;
    }
    yield;
    const opened = new IncrementalOcclusion(engine, source, followed, occluded, grid, points, options);
    yield;
    opened.plan(opened.tuning.count);
    yield;
    opened.made = opened.runnerFor(opened.tuning);
    return opened;
  }

  private get runner(): OccludedRunner {
    this.made ??= this.runnerFor(this.tuning);
    return this.made;
  }

  /** True where the whole network at every position was faster. */
  get isSlower(): boolean {
    return this.tuning.isSlower;
  }

  get batch(): number {
    return this.runner.batch;
  }

  get oneByOne(): boolean {
    return this.runner.oneByOne;
  }

  bunches(positions: readonly Position[]): readonly (readonly Position[])[] {
    return this.runner.bunches(positions);
  }

  /** For each position the values of each output; @see OccludedRunner */
  run(positions: readonly Position[], on: RunsOn): Promise<readonly (readonly Float32Array[])[]> {
    return this.runner.run(positions, on);
  }

  /** Measures whether and how far windows pay, and what a group costs; keeps it in the store. */
  async tune(on: RunsOn): Promise<void> {
    if (this.isTuned) {
      return;
    }
    const start = performance.now();
    const { options, source } = this;
    const measure: Measure = (plan, groups, part) =>
      runTime(stepsFor(plan, this.occluded, groups, part).steps, on);
    const middle = this.middlePositions(MEASURED_POSITIONS);
    const [one] = middle;
    if (one === undefined) {
      return;
    }
    const forward = await this.forwardTime(on);
    const single = await measure(this.plan(this.tuning.count), [[one]], 'levels');
    const { windows } = this.batchOf(this.tuning);
    let whole = forward > WORKING_MS ? undefined : await this.plainRate(forward, on);
    let best = { count: this.tuning.count, milliseconds: single };
    let { rates } = this.tuning;
    // Where windows lose even if many of them cost no more than one, there is nothing more to measure.
    if (whole === undefined || whole > single / windows) {
      // What lies behind the windows is run for every position, too.
      const { tailCost } = this.plan(this.tuning.count);
      const behindWindows = (forward * tailCost.multiplyAdds) / Math.max(1, this.arithmetic.plain);
      const fit = Math.ceil(MEASURE_MS / Math.max(single, behindWindows, 1));
      const sample = middle.slice(0, Math.max(2, Math.min(middle.length, windows, fit)));
      best = await this.fastestPoint(sample, measure);
      const plan = this.plan(best.count);
      rates = { ...rates, perGroup: await this.groupRate(plan, sample, measure) };
      // What was measured are the largest windows of the sweep; behind them all positions cost the same.
      const { perElement } = rates;
      const behind = plan.tailCost.multiplyAdds + perElement * plan.tailCost.elements;
      const [mean, largest] = [this.meanWork(plan, perElement), this.workOf(plan, one, perElement)];
      const milliseconds = (best.milliseconds * (mean + behind)) / (largest + behind);
      if (whole === undefined && forward < BATCH_GAIN * milliseconds) {
        whole = await this.plainRate(forward, on);
      }
      best = { ...best, milliseconds };
    }
    const isSlower = whole !== undefined && whole < best.milliseconds;
    this.tuning = { isSlower, count: best.count, rates, windows: FIRST_WINDOWS };
    this.made = undefined;
    this.isTuned = true;
    options.store?.set(this.key, this.tuning);
    const beside = whole === undefined ? '' : `; ${whole.toFixed(2)} with the whole network`;
    options.log?.(
      `occlusion tuned in ${(performance.now() - start).toFixed(0)} ms: ${best.count} of ${source.candidates.length} operators on windows, ${best.milliseconds.toFixed(2)} ms a position${beside}`,
    );
  }

  /** What the network takes for one image: a run that a prediction has made a session for. */
  private forwardTime(on: RunsOn): Promise<number> {
    const { network, outputs } = this.source;
    const fetch = outputs.slice(0, 1);
    const feeds = { [network.input.name]: this.occluded.photo };
    return runTime([{ model: forwardOf(network, fetch), feeds, fetch }], on);
  }

  private plainRate(forward: number, on: RunsOn): Promise<number> {
    const { source, followed, occluded, options } = this;
    const some = this.middlePositions(LARGEST_BATCH);
    const { memoryBound } = options;
    const most = positionsOfRun(this.engine, this.arithmetic.plain, LARGEST_BATCH);
    return plainRate(source.network, followed, occluded, some.slice(0, most), { forward, memoryBound }, on);
  }

  /** Where whole tensors are best begun with, and what one of `sample` takes then. */
  private async fastestPoint(
    sample: readonly Position[],
    measure: Measure,
  ): Promise<{ count: number; milliseconds: number }> {
    let best = { count: this.tuning.count, milliseconds: Infinity };
    for (const count of this.points) {
      const plan = this.plan(count);
      const positions = plan.tail.isBatched ? sample : sample.slice(0, 1);
      const milliseconds = (await measure(plan, [positions], 'all')) / positions.length;
      this.options.log?.(
        `occlusion tuning: ${count} of ${this.source.candidates.length} operators on windows: ${milliseconds.toFixed(2)} ms a position`,
      );
      if (milliseconds < best.milliseconds) {
        best = { count, milliseconds };
      }
    }
    return best;
  }

  /** What a group costs, in multiply-adds. */
  private async groupRate(plan: WindowPlan, sample: readonly Position[], measure: Measure): Promise<number> {
    const { perElement, perGroup } = this.tuning.rates;
    const [one] = sample;
    if (plan.levels.length === 0 || one === undefined || sample.length === 1) {
      return perGroup;
    }
    const alone = await measure(plan, [[one]], 'levels');
    const many = await measure(plan, [sample], 'levels');
    const each = Math.max((many - alone) / (sample.length - 1), many / sample.length / 2);
    // On a busy machine one of the two may come out as nothing.
    const measured = (Math.max(0, alone - each) / each) * this.workOf(plan, one, perElement);
    return Math.min(Math.max(measured, FIRST_RATES.perGroup / 3), FIRST_RATES.perGroup * 10);
  }

  /** A plan's share of arithmetic, for reports: multiply-adds of one position on average, and of a whole run. */
  get arithmetic(): { readonly incremental: number; readonly plain: number } {
    const plan = this.plan(this.tuning.count);
    const windows = this.meanWork(plan, 0);
    const whole = plan.costs.reduce((sum, { window, multiplyAdds }) => {
      const [rows, columns] = plan.geometry.sizeOf(window);
      return sum + multiplyAdds * rows * columns;
    }, 0);
    const tail = plan.tailCost.multiplyAdds;
    return { incremental: windows + tail, plain: whole + tail };
  }

  private meanWork(plan: WindowPlan, perElement: number): number {
    const { positions } = this.grid;
    const sum = positions.reduce((total, each) => total + this.workOf(plan, each, perElement), 0);
    return sum / Math.max(1, positions.length);
  }

  private workOf(plan: WindowPlan, { top, left }: Position, perElement: number): number {
    const size = this.occluded.size;
    const rows = plan.geometry.changed(0, clipped(plan.geometry.sizeOf(0)[0], top, size));
    const columns = plan.geometry.changed(1, clipped(plan.geometry.sizeOf(0)[1], left, size));
    return plan.costs.reduce((sum, { window, multiplyAdds, elements }) => {
      const area = Math.max(1, lengthAt(rows, window)) * Math.max(1, lengthAt(columns, window));
      return sum + area * (multiplyAdds + perElement * elements);
    }, 0);
  }

  /** The positions nearest the middle of the photo, whose windows are the largest. */
  private middlePositions(count: number): readonly Position[] {
    const { positions, rows, columns, stride } = this.grid;
    const [y, x] = [((rows - 1) * stride) / 2, ((columns - 1) * stride) / 2];
    const distance = ({ top, left }: Position): number => (top - y) ** 2 + (left - x) ** 2;
    return [...positions].sort((a, b) => distance(a) - distance(b)).slice(0, count);
  }

  private plan(count: number): WindowPlan {
    const known = this.plans.get(count);
    if (known !== undefined) {
      return known;
    }
    const start = performance.now();
    const plan = planWindows(this.source, count, probesOf(this.source, this.grid));
    this.options.log?.(
      `occlusion: ${plan.levels.length} window graphs built in ${(performance.now() - start).toFixed(0)} ms`,
    );
    this.plans.set(count, plan);
    return plan;
  }

  private runnerFor(tuning: Tuning): OccludedRunner {
    const plan = this.plan(tuning.count);
    return incrementalRunner(plan, this.occluded, this.groupingOf(plan, tuning.rates), this.batchOf(tuning));
  }

  private groupingOf(plan: WindowPlan, rates: GroupingRates): Grouping {
    const { positions } = this.grid;
    const rows = [...new Set(positions.map(({ top }) => top))];
    const columns = [...new Set(positions.map(({ left }) => left))];
    return groupsOf(plan.geometry, plan.costs, rates, [rows, columns], (axis, coordinate) =>
      clipped(plan.geometry.sizeOf(0)[axis], coordinate, this.occluded.size),
    );
  }

  private batchOf({ count, windows }: Tuning): { windows: number; tail: number } {
    const plan = this.plan(count);
    const fit = (bytes: number, most: number): number =>
      Math.max(1, Math.min(most, Math.floor(this.options.memoryBound / Math.max(1, bytes))));
    const probes = probesOf(this.source, this.grid);
    return {
      windows: positionsOfRun(this.engine, largestWork(plan, probes), fit(levelBytes(plan, probes), windows)),
      tail: positionsOfRun(
        this.engine,
        plan.tailCost.multiplyAdds,
        fit(4 * plan.tailCost.elements, LARGEST_TAIL),
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
