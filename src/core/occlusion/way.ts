/**
 * The choice of the way: the whole network at every position, or only what the occluder can reach. The first sweep of a
 * network measures both; later ones read what it found.
 */

import type { Engine } from '../engine.js';
import { UserError } from '../errors.js';
import type { Network } from '../network/network.js';
import { forwardOf } from '../network/forward.js';
import type { Steps } from '../steps.js';
import type { Followed } from './followed.js';
import { FIRST_RATES, IncrementalPlans } from './incrementalPlans.js';
import type { IncrementalOptions } from './incrementalPlans.js';
import { groupsTime, measuredPoint } from './incrementalRates.js';
import { LARGEST_BATCH, plainRunner } from './plain.js';
import type { PositionGrid } from './positions.js';
import { MEASURE_MS, plainRate, runTime } from './rates.js';
import type { OccludedPhoto, OccludedRunner, RunsOn } from './runner.js';
import { positionsOfRun } from './runLength.js';
import { tuningKey } from './tuning.js';
import type { Tuning, TuningStore } from './tuning.js';

/**
 * `plain` runs the whole network at every position, `incremental` recomputes only what the occluder can reach;
 * `auto` takes the second where the network's operators allow it, unless the first proves faster. The results are the
 * same to float rounding.
 */
export type OcclusionMethod = 'auto' | 'plain' | 'incremental';

const FIRST_WINDOWS = 32;
const MEASURED_POSITIONS = 32;
/** A whole run that takes longer does not wait for a device, so that batches cannot make it much faster. */
const WORKING_MS = 10;
/** What batches may still gain then. */
const BATCH_GAIN = 2;

export interface WayOptions extends IncrementalOptions {
  readonly method: OcclusionMethod;
  readonly store?: TuningStore | undefined;
}

export class OcclusionWay {
  private tuning: Tuning | undefined;
  private isTuned = true;
  private key = '';
  private plain: OccludedRunner | undefined;
  private plainSingle: OccludedRunner | undefined;
  private incremental: OccludedRunner | undefined;

  private constructor(
    private readonly engine: Pick<Engine, 'provider' | 'setting'>,
    private readonly network: Network,
    private readonly followed: Followed,
    private readonly occluded: OccludedPhoto,
    /** Undefined where there is one way only. */
    private readonly plans: IncrementalPlans | undefined,
    private readonly options: WayOptions,
  ) {}

  /** @throws UserError where the network cannot run incrementally though asked to */
  static *waySteps(
    engine: Pick<Engine, 'provider' | 'setting'>,
    network: Network,
    followed: Followed,
    occluded: OccludedPhoto,
    grid: PositionGrid,
    options: WayOptions,
  ): Steps<OcclusionWay> {
    const { method, store } = options;
    const plans =
      method === 'plain'
        ? undefined
        : yield* IncrementalPlans.plansSteps(engine, network, followed, occluded, grid, options);
    if (plans === undefined && method === 'incremental') {
      throw new UserError(
        `${network.model.file}: an occluder of ${occluded.size} pixels cannot be followed through windows of this network: no layer behind the image has windows that are smaller than its maps; use the method auto or plain`,
      );
    }
    const way = new OcclusionWay(engine, network, followed, occluded, plans, options);
    if (plans !== undefined) {
      const { candidates, outputs } = plans.source;
      const graph = plans.plan(candidates.length).base?.bytes ?? new Uint8Array(0);
      way.key = tuningKey(graph, [occluded.size, grid.stride, ...outputs, engine.setting ?? '']);
      const known = store?.get(way.key);
      const fits = known !== undefined && known.count <= candidates.length;
      way.isTuned = fits;
      way.tuning = fits
        ? known
        : {
            // A GPU takes many images at once nearly as fast as one.
            isSlower: (engine.provider ?? 'cpu') !== 'cpu',
            count: plans.points[0],
            rates: FIRST_RATES,
            windows: FIRST_WINDOWS,
          };
      yield;
      plans.plan(way.tuning.count);
      yield;
      way.incremental = plans.runnerFor(way.tuning);
    }
    return way;
  }

  /** The way of the next positions. */
  get method(): 'plain' | 'incremental' {
    const isSlower = this.options.method !== 'incremental' && this.tuning?.isSlower === true;
    return this.plans === undefined || isSlower ? 'plain' : 'incremental';
  }

  get runner(): OccludedRunner {
    if (this.method === 'plain') {
      return (this.plain ??= this.plainly(this.options.memoryBound));
    }
    return this.incrementally();
  }

  /** Runs single places. A batch of the plain way costs the same when it is not full, so it has a runner of its own. */
  get single(): OccludedRunner {
    return this.method === 'plain' ? (this.plainSingle ??= this.plainly(0)) : this.incrementally();
  }

  /** Multiply-adds of one position on average, and of a run of the whole network; undefined for the plain way. */
  get arithmetic(): { readonly incremental: number; readonly plain: number } | undefined {
    return this.method === 'plain' || this.tuning === undefined
      ? undefined
      : this.plans?.arithmeticOf(this.tuning.count);
  }

  /** True until the ways have been measured, or what an earlier sweep measured was found. */
  get isOpen(): boolean {
    return !this.isTuned;
  }

  /** Measures whether and how far windows pay, and what a group costs; keeps it in the store. */
  async decide(on: RunsOn): Promise<void> {
    const { plans, tuning, options } = this;
    if (this.isTuned || plans === undefined || tuning === undefined) {
      return;
    }
    const start = performance.now();
    const middle = plans.middlePositions(MEASURED_POSITIONS);
    const [one, ...others] = middle;
    if (one === undefined) {
      return;
    }
    const forward = await this.forwardTime(on);
    const first = plans.plan(tuning.count);
    const single = await groupsTime(plans, first, [[one]], 'levels', on);
    const { windows } = plans.batchOf(tuning);
    let whole = forward > WORKING_MS ? undefined : await this.plainRate(plans, forward, on);
    let best = { count: tuning.count, rates: tuning.rates, milliseconds: single };
    // Where windows lose even if many of them cost no more than one, there is nothing more to measure.
    if (whole === undefined || whole > single / windows) {
      // What lies behind the windows is run for every position, too.
      const all = plans.arithmeticOf(tuning.count).plain;
      const behindWindows = (forward * first.tailCost.multiplyAdds) / Math.max(1, all);
      const fit = Math.ceil(MEASURE_MS / Math.max(single, behindWindows, 1));
      const most = Math.max(2, Math.min(middle.length, windows, fit));
      best = await measuredPoint(plans, [one, ...others.slice(0, most - 1)], on, options.log);
      if (whole === undefined && forward < BATCH_GAIN * best.milliseconds) {
        whole = await this.plainRate(plans, forward, on);
      }
    }
    const { milliseconds, ...setting } = best;
    const isSlower = whole !== undefined && whole < milliseconds;
    this.tuning = { isSlower, ...setting, windows: FIRST_WINDOWS };
    this.incremental = undefined;
    this.isTuned = true;
    options.store?.set(this.key, this.tuning);
    const beside = whole === undefined ? '' : `; ${whole.toFixed(2)} with the whole network`;
    options.log?.(
      `occlusion tuned in ${(performance.now() - start).toFixed(0)} ms: ${best.count} of ${plans.source.candidates.length} operators on windows, ${milliseconds.toFixed(2)} ms a position${beside}`,
    );
  }

  private incrementally(): OccludedRunner {
    const { plans, tuning } = this;
    if (plans === undefined || tuning === undefined) {
      throw new Error('this sweep has no windows');
    }
    return (this.incremental ??= plans.runnerFor(tuning));
  }

  private plainly(memoryBound: number): OccludedRunner {
    const { network, followed, occluded, engine } = this;
    const work = network.layers.reduce((sum, { multiplyAdds }) => sum + (multiplyAdds ?? 0), 0);
    const most = positionsOfRun(engine, work, LARGEST_BATCH);
    return plainRunner(network, followed, occluded, memoryBound, most);
  }

  /** What the network takes for one image: a run that a prediction has made a session for. */
  private forwardTime(on: RunsOn): Promise<number> {
    const { network, followed, occluded } = this;
    const fetch = followed.outputs.slice(0, 1);
    const feeds = { [network.input.name]: occluded.photo };
    return runTime([{ model: forwardOf(network, fetch), feeds, fetch }], on);
  }

  private plainRate(plans: IncrementalPlans, forward: number, on: RunsOn): Promise<number> {
    const { network, followed, occluded, options, engine } = this;
    const work = plans.arithmeticOf(plans.points[0]).plain;
    const some = plans.middlePositions(positionsOfRun(engine, work, LARGEST_BATCH));
    return plainRate(network, followed, occluded, some, { forward, memoryBound: options.memoryBound }, on);
  }
}
