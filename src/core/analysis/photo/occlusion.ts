/** Which part of the photo does the answer hang on? (Zeiler & Fergus 2013, section 4.2 and figure 7.) */

import { throwIfCancelled, UserError } from '../../errors.js';
import type { Engine } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { followedGraph } from '../../occlusion/followed.js';
import type { Followed } from '../../occlusion/followed.js';
import { IncrementalOcclusion } from '../../occlusion/incrementalOcclusion.js';
import { positionGrid } from '../../occlusion/positions.js';
import type { Position, PositionGrid } from '../../occlusion/positions.js';
import { LARGEST_BATCH, plainRunner } from '../../occlusion/plain.js';
import type { OccludedPhoto, OccludedRunner } from '../../occlusion/plain.js';
import { positionsOfRun } from '../../occlusion/runLength.js';
import { Refinement } from '../../occlusion/refinement.js';
import type { TuningStore } from '../../occlusion/tuning.js';
import type { Layer } from '../../network/layers.js';
import { NO_CHECKPOINTS } from '../../jobs/checkpoints.js';
import { jobKey } from '../../jobs/key.js';
import type { Job, JobContext } from '../../jobs/job.js';
import { inTurns } from '../../steps.js';
import type { FloatTensor } from '../../tensor.js';
import { classProbabilities } from './predictions.js';
import { featureMaps } from './featureMaps.js';
import { keptAnswers, recordOf } from './occludedAnswers.js';
import type { OccludedAnswer } from './occludedAnswers.js';
import { argMax, probabilities, scoresOf } from './scores.js';

/**
 * `plain` runs the whole network at every position, `incremental` recomputes only what the occluder can reach;
 * `auto` takes the second where the network's operators allow it, unless the first proves faster. The results are the
 * same to float rounding.
 */
export type OcclusionMethod = 'auto' | 'plain' | 'incremental';

export interface OcclusionOptions {
  /** Class whose probability is followed; by default the one predicted without an occluder. */
  readonly classIndex?: number | undefined;
  /** Side of the square occluder and step between its positions, in input pixels. */
  readonly size: number;
  readonly stride: number;
  /** One value a channel in the model's input units. */
  readonly fill: readonly number[];
  /** Layer whose strongest map is followed; by default the last one with spatial maps. */
  readonly layer?: Layer | undefined;
  /** `auto` unless given. */
  readonly method?: OcclusionMethod | undefined;
  /** Bytes that the activations of a batch may take; DEFAULT_MEMORY unless given. */
  readonly memoryBound?: number | undefined;
  /** Where measurements of the network are kept; they are made anew in each sweep without. */
  readonly tunings?: TuningStore | undefined;
  readonly log?: ((line: string) => void) | undefined;
}

/** Arrays hold one value a position, row by row; NaN (or -1) where it is not computed yet. */
export interface OcclusionResult {
  readonly grid: PositionGrid;
  readonly classIndex: number;
  /** Probability of the class without an occluder. */
  readonly baseline: number;
  readonly probability: Float32Array;
  /** The most probable class with the occluder there. */
  readonly label: Int32Array;
  /** The followed map: the strongest of `layer` without an occluder; undefined where no layer has maps. */
  readonly map: { readonly layer: Layer; readonly channel: number; readonly baseline: number } | undefined;
  /** Summed activity of the map. */
  readonly activity: Float32Array;
  /** 1 where the position is computed. */
  readonly done: Uint8Array;
  readonly finished: number;
  /** Those of them that an earlier run has computed, which was stopped before its end. */
  readonly resumed: number;
  /** Positions run at once; 1 where the model takes one image at a time. */
  readonly batch: number;
  /** True where the model takes one image at a time, so that batching was not possible. */
  readonly oneByOne: boolean;
  readonly method: 'plain' | 'incremental';
  /** Probabilities of all classes without an occluder. */
  readonly baselines: Float32Array;
  /** [positions, classes]; left out where it would take more than MOST_PROBABILITIES numbers. */
  readonly probabilities: Float32Array | undefined;
}

export const DEFAULT_MEMORY = 512 * 2 ** 20;
const MOST_PROBABILITIES = 2 ** 26;

/**
 * Slides a square occluder over the photo and follows a class and a feature map. Partial results are the picture so
 * far, after every batch; finished positions are kept, so that a sweep that was stopped goes on with the others.
 * @param photo the network's input, [1, C, H, W] or NHWC
 * @returns a job that throws UserError where the occluder does not fit, the network does not classify, or cannot run
 * incrementally though asked to
 */
export function occlusionJob(
  network: Network,
  photo: FloatTensor,
  options: OcclusionOptions,
): Job<OcclusionResult, OcclusionResult> {
  return {
    key: sweepKey(network, photo, options),
    run: async (context) => {
      context.report('opening', 0);
      const sweep = await openSweep(context.engine, network, photo, options, context.signal);
      return sweep.job().run(context);
    },
  };
}

/** What is kept of a sweep serves every class, so the class is no part of its name. */
function sweepKey(
  network: Network,
  photo: FloatTensor,
  { size, stride, fill, layer, method }: OcclusionOptions,
): string {
  return jobKey('occlusion 1', network, [photo], [size, stride, fill, layer?.output, method]);
}

/** A photo and an occluder, ready for whole sweeps and for single places. */
export interface OcclusionSweep {
  readonly method: 'plain' | 'incremental';
  /** Multiply-adds of one position on average, and of a run of the whole network; undefined for the plain way. */
  readonly arithmetic: { readonly incremental: number; readonly plain: number } | undefined;
  /** Runs all positions, coarse ones first; the class is the one the sweep was prepared with unless given. */
  job(classIndex?: number): Job<OcclusionResult, OcclusionResult>;
  /** The occluder at any place, even partly beside the photo: for dragging it by hand. */
  at(position: Position, signal?: AbortSignal): Promise<OccludedAnswer>;
}

/** Prepares a sweep. @param engine answers for single places, too @throws as the job does */
export async function openSweep(
  engine: Engine,
  network: Network,
  photo: FloatTensor,
  options: OcclusionOptions,
  signal?: AbortSignal,
): Promise<OcclusionSweep> {
  const { size, stride, fill } = options;
  const scores = scoresOf(network);
  const [, second = 0, third = 0, fourth = 0] = network.input.shape;
  const [height, width] = network.input.layout === 'NCHW' ? [third, fourth] : [second, third];
  const grid = positionGrid(height, width, size, stride);

  const [whole = new Float32Array(0)] = await classProbabilities(engine, network, photo, { signal });
  const checked = (classIndex: number): number => {
    if (!(classIndex in whole)) {
      throw new UserError(
        `class ${classIndex} does not exist: ${network.model.file} has classes 0 to ${whole.length - 1}`,
      );
    }
    return classIndex;
  };
  const followedClass = checked(options.classIndex ?? argMax(whole));
  const layer = options.layer ?? lastSpatialLayer(network);
  const map = layer && (await strongestMap(engine, network, photo, layer, signal));
  const followed = followedGraph(
    network.model.graph,
    scores.tensor,
    map && { tensor: map.layer.output, channel: map.channel },
  );
  const occluded = { photo, fill, size };
  const multiplyAdds = network.layers.reduce((sum, each) => sum + (each.multiplyAdds ?? 0), 0);
  const plainly = (memoryBound = DEFAULT_MEMORY): OccludedRunner =>
    plainRunner(
      network,
      followed,
      occluded,
      memoryBound,
      positionsOfRun(engine, multiplyAdds, LARGEST_BATCH),
    );
  const incremental = await incrementalFor(engine, network, followed, occluded, grid, options);
  const isPlain = (): boolean =>
    incremental === undefined || (options.method !== 'incremental' && incremental.isSlower);
  const methodNow = (): 'plain' | 'incremental' => (isPlain() ? 'plain' : 'incremental');
  let plain: OccludedRunner | undefined;
  /** What tuning has decided by now. */
  const runnerNow = (): OccludedRunner =>
    incremental === undefined || isPlain() ? (plain ??= plainly(options.memoryBound)) : incremental;
  const wayNow = (): Pick<OcclusionResult, 'batch' | 'oneByOne' | 'method'> => {
    const { batch, oneByOne } = runnerNow();
    return { batch, oneByOne, method: methodNow() };
  };
  const answerOf = ([row = new Float32Array(0), values]: readonly Float32Array[]): OccludedAnswer => {
    const all = probabilities(row, scores);
    return {
      probabilities: all,
      label: argMax(all),
      activity: values === undefined ? NaN : sumOf(values),
    };
  };

  // A batch of the plain way costs the same when it is not full, so a single place has a runner of its own.
  let plainSingle: OccludedRunner | undefined;

  return {
    get method() {
      return methodNow();
    },
    get arithmetic() {
      return incremental === undefined || isPlain() ? undefined : incremental.arithmetic;
    },
    async at(position, cancelled) {
      const single = isPlain() ? (plainSingle ??= plainly(0)) : runnerNow();
      const [values = []] = await single.run([position], { engine, signal: cancelled });
      return answerOf(values);
    },
    job: (wanted = followedClass) => ({
      key: sweepKey(network, photo, options),
      run: (context) => sweepOver(context, checked(wanted)),
    }),
  };

  async function sweepOver(
    context: JobContext<OcclusionResult>,
    classIndex: number,
  ): Promise<OcclusionResult> {
    const count = grid.positions.length;
    const isKept = count * whole.length <= MOST_PROBABILITIES;
    const result = {
      grid,
      classIndex,
      baseline: whole[classIndex] ?? NaN,
      probability: new Float32Array(count).fill(NaN),
      label: new Int32Array(count).fill(-1),
      map,
      activity: new Float32Array(count).fill(NaN),
      done: new Uint8Array(count),
      finished: 0,
      resumed: 0,
      ...wayNow(),
      baselines: whole,
      probabilities: isKept ? new Float32Array(count * whole.length).fill(NaN) : undefined,
    };
    const enter = (index: number, answer: OccludedAnswer): void => {
      result.probability[index] = answer.probabilities[classIndex] ?? NaN;
      result.label[index] = answer.label;
      result.activity[index] = answer.activity;
      result.probabilities?.set(answer.probabilities, index * whole.length);
      result.finished += result.done[index] === 1 ? 0 : 1;
      result.done[index] = 1;
    };
    const tell = (): void => {
      const { finished } = result;
      context.report('occlusion', finished / count, { done: finished, of: count, unit: 'positions' });
      context.partial(result);
    };
    // What is too much to keep in memory is too much to keep on disk.
    const { checkpoints } = isKept ? context : { checkpoints: NO_CHECKPOINTS };
    const checkpoint = await checkpoints.open(sweepKey(network, photo, options));
    for (const [index, answer] of keptAnswers(checkpoint.records, count, whole.length)) {
      enter(index, answer);
    }
    result.resumed = result.finished;
    if (result.resumed > 0) {
      tell();
    }
    const order = new Refinement(grid, result.done);
    let taken = result.finished;
    const begin = (most: number): Begun => {
      const runner = runnerNow();
      const indices = order.take(Math.min(runner.batch, most), result.probability, (positions) =>
        runner.bunches(positions),
      );
      taken += indices.length;
      const values = runner.run(
        indices.flatMap((index) => grid.positions[index] ?? []),
        context,
      );
      // An error of the ones before is told first, and nobody waits for these then.
      values.catch(() => undefined);
      return { indices, values };
    };
    try {
      throwIfCancelled(context.signal);
      // A batch of the plain way costs the same when it is not full.
      let running = taken < count ? begin(isPlain() ? Infinity : order.firstPass) : undefined;
      while (running !== undefined) {
        // The engine gets the next positions before it has answered to these, so that it need not wait for this
        // process. The first ones go alone: how to go on is measured behind them.
        const isFirst: boolean = result.finished === result.resumed;
        const ahead: Begun | undefined = !isFirst && taken < count ? begin(Infinity) : undefined;
        const values = await running.values;
        const answers = running.indices.map(
          (index, place) => [index, answerOf(values[place] ?? [])] as const,
        );
        answers.forEach(([index, answer]) => {
          enter(index, answer);
        });
        checkpoint.append(recordOf(answers));
        tell();
        if (result.finished < count) {
          throwIfCancelled(context.signal);
        }
        if (taken < count && incremental?.isTuned === false) {
          await incremental.tune(context);
          Object.assign(result, wayNow());
        }
        running = ahead ?? (taken < count ? begin(Infinity) : undefined);
      }
    } catch (error) {
      await checkpoint.close();
      throw error;
    }
    await checkpoint.remove();
    return result;
  }
}

/** Positions that the engine works on. */
interface Begun {
  readonly indices: readonly number[];
  readonly values: Promise<readonly (readonly Float32Array[])[]>;
}

/**
 * A result seen for another class, without running anything.
 * @returns undefined where the probabilities of all classes were too many to keep
 * @throws UserError for a class that does not exist
 */
export function forClass(result: OcclusionResult, classIndex: number): OcclusionResult | undefined {
  const { baselines, probabilities: all } = result;
  const classes = baselines.length;
  const baseline = baselines[classIndex];
  if (baseline === undefined) {
    throw new UserError(`class ${classIndex} does not exist: there are classes 0 to ${classes - 1}`);
  }
  return (
    all && {
      ...result,
      classIndex,
      baseline,
      probability: result.probability.map((_, index) => all[index * classes + classIndex] ?? NaN),
    }
  );
}

/** Undefined for the plain way, and where nothing is gained by another. */
async function incrementalFor(
  engine: Engine,
  network: Network,
  followed: Followed,
  occluded: OccludedPhoto,
  grid: PositionGrid,
  { method = 'auto', memoryBound = DEFAULT_MEMORY, tunings, log }: OcclusionOptions,
): Promise<IncrementalOcclusion | undefined> {
  if (method === 'plain') {
    return undefined;
  }
  const options = { memoryBound, store: tunings, log };
  const incremental = await inTurns(
    IncrementalOcclusion.opening(engine, network, followed, occluded, grid, options),
  );
  if (incremental === undefined && method === 'incremental') {
    throw new UserError(
      `${network.model.file}: an occluder of ${occluded.size} pixels cannot be followed through windows of this network: no layer behind the image has windows that are smaller than its maps; use the method auto or plain`,
    );
  }
  return incremental;
}

/** The last layer with more than one spatial position, behind its activation function where it has one. */
export function lastSpatialLayer(network: Network): Layer | undefined {
  const spatial = network.layers.filter(({ output, outputShape }) => {
    const [, , height, width] = outputShape ?? [];
    // Maps of quantised networks are whole numbers in units of their own.
    const isReal = network.shapes.typeOf(output)?.startsWith('float') === true;
    return isReal && outputShape?.length === 4 && Number(height) * Number(width) > 1;
  });
  const convolution = spatial.findLast(({ node }) => node.opType === 'Conv' || node.opType === 'FusedConv');
  const activation = spatial.find(
    ({ node }) => node.inputs[0] === convolution?.output && /relu|elu|swish|mish|clip/i.test(node.opType),
  );
  return activation ?? convolution ?? spatial.at(-1);
}

async function strongestMap(
  engine: Engine,
  network: Network,
  photo: FloatTensor,
  layer: Layer,
  signal: AbortSignal | undefined,
): Promise<{ layer: Layer; channel: number; channels: number; baseline: number }> {
  const { maps } = await featureMaps(engine, network, photo, layer, { signal });
  const channels = maps.shape[1] ?? 1;
  const sums = Float32Array.from({ length: channels }, (_, channel) =>
    mapActivity(maps.data, channel, channels),
  );
  const channel = argMax(sums);
  return { layer, channel, channels, baseline: sums[channel] ?? NaN };
}

/** The sum over a map's positions; `maps` is [C, H, W]. */
function mapActivity(maps: Float32Array, channel: number, channels: number): number {
  const length = maps.length / channels;
  return sumOf(maps.subarray(channel * length, (channel + 1) * length));
}

function sumOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
