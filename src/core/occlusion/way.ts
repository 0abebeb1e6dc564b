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
import { groupRun, measuredPoint } from './incrementalRates.js';
import { LARGEST_BATCH, plainRunner } from './plain.js';
import type { PositionGrid } from './positions.js';
import { MEASURE_MS, timesInTurns } from './rates.js';
import type { OccludedPhoto, OccludedRunner, RunsOn } from './runner.js';
import { positionsOfRun } from './runLength.js';
import { tuningKey } from './tuning.js';
import type { Tuning, TuningStore } from './tuning.js';
import { WayTrial } from './wayTrial.js';
import type { Way } from './wayTrial.js';

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
/** Ways whose times differ by less than this factor are tried on the sweep itself. */
const NEAR = 1.5;

export interface WayOptions extends IncrementalOptions {
  readonly method: OcclusionMethod;
  readonly store?: TuningStore | undefined;
}

export class OcclusionWay {
  private tuning: Tuning | undefined;
  private trial: WayTrial | undefined;
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
    private readonly positions: number,
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
    const way = new OcclusionWay(engine, network, followed, occluded, plans, grid.positions.length, options);
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

  /** The faster way by all that is known now. */
  get method(): Way {
    if (this.trial !== undefined) {
      return this.trial.verdict;
    }
    const isSlower = this.options.method !== 'incremental' && this.tuning?.isSlower === true;
    return this.plans === undefined || isSlower ? 'plain' : 'incremental';
  }

  get runner(): OccludedRunner {
    return this.runnerOf(this.method);
  }

  /** What runs the next positions: mostly the faster way. */
  next(): { readonly way: Way; readonly runner: OccludedRunner } {
    const way = this.trial?.next() ?? this.method;
    return { way, runner: this.runnerOf(way) };
  }

  /** Tells what positions took; @see WayTrial.took */
  took(way: Way, positions: number, milliseconds: number): void {
    this.trial?.took(way, positions, milliseconds);
    if (this.trial?.isOver === true) {
      this.settle();
    }
  }

  /** Keeps what the sweep has shown: no further positions come. */
  settle(): void {
    const { trial, tuning } = this;
    if (trial === undefined || tuning === undefined) {
      return;
    }
    this.trial = undefined;
    this.keep({ ...tuning, isSlower: trial.verdict === 'plain' });
    this.options.log?.(`occlusion: on the sweep's own positions the ${trial.verdict} way was faster`);
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
    const first = plans.plan(tuning.count);
    const forwardRun = this.forwardRun(on);
    const [forward = NaN, single = NaN] = await timesInTurns([
      forwardRun,
      groupRun(plans, first, [one], 0, on),
    ]);
    const plain = this.runnerOf('plain');
    const some = plans.middlePositions(plain.batch);
    const plainRun = (): Promise<unknown> => plain.run(some, on);
    const { windows } = plans.batchOf(tuning);
    const begins = forward > WORKING_MS ? [] : await timesInTurns([plainRun]);
    // Where windows lose even if many of them cost no more than one, there is nothing more to measure.
    if (begins.some((time) => time / some.length <= single / windows)) {
      this.keep({ ...tuning, isSlower: true });
      this.tell(start, tuning.count, 'many windows at once cannot be as fast as the whole network');
      return;
    }
    // What lies behind the windows is run for every position, too.
    const all = plans.arithmeticOf(tuning.count).plain;
    const behindWindows = (forward * first.tailCost.multiplyAdds) / Math.max(1, all);
    const fit = Math.ceil(MEASURE_MS / Math.max(single, behindWindows, 1));
    const most = Math.max(2, Math.min(middle.length, windows, fit));
    const sample = [one, ...others.slice(0, most - 1)] as const;
    const found = await measuredPoint(plans, forwardRun, tuning, sample, on, options.log);
    const { milliseconds, count, rates } = found;
    const setting = { ...tuning, count, rates };
    this.incremental = undefined;
    if (found.forward >= BATCH_GAIN * milliseconds) {
      this.keep({ ...setting, isSlower: false });
      this.tell(
        start,
        setting.count,
        `${milliseconds.toFixed(2)} ms a position, far less than the whole network`,
      );
      return;
    }
    const plan = plans.plan(setting.count);
    const bunch = plan.tail.isBatched ? sample : sample.slice(0, 1);
    const [windowed = NaN, whole = NaN] = await timesInTurns([
      groupRun(plans, plan, bunch, plans.batchOf(setting).tail, on),
      plainRun,
    ]);
    // The sample's windows are the largest of the sweep, and its group is smaller than most.
    const rate = windowed / plans.bunchWork(plan, setting.rates, bunch);
    const share = (rate * plans.sweepWork(setting)) / (whole / some.length);
    const isSlower = share > 1;
    this.keep({ ...setting, isSlower });
    this.tell(start, setting.count, `${share.toFixed(2)} of the time that the whole network takes`);
    if (options.method === 'auto' && share > 1 / NEAR && share < NEAR) {
      this.trial = new WayTrial(isSlower ? 'plain' : 'incremental', this.positions);
    }
  }

  private keep(tuning: Tuning): void {
    this.tuning = tuning;
    this.isTuned = true;
    this.options.store?.set(this.key, tuning);
  }

  private tell(start: number, count: number, finding: string): void {
    this.options.log?.(
      `occlusion tuned in ${(performance.now() - start).toFixed(0)} ms: ${count} of ${this.plans?.source.candidates.length ?? 0} operators on windows, ${finding}`,
    );
  }

  private runnerOf(way: Way): OccludedRunner {
    return way === 'plain' ? (this.plain ??= this.plainly(this.options.memoryBound)) : this.incrementally();
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

  /** The network on one image: a run that a prediction has made a session for. */
  private forwardRun({ engine, signal }: RunsOn): () => Promise<unknown> {
    const { network, followed, occluded } = this;
    const fetch = followed.outputs.slice(0, 1);
    const feeds = { [network.input.name]: occluded.photo };
    const model = forwardOf(network, fetch);
    return () => engine.run([{ model, feeds, fetch }], { signal });
  }
}
