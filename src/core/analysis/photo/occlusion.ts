/** Which part of the photo does the answer hang on? (Zeiler & Fergus 2013, section 4.2 and figure 7.) */

import { UserError } from '../../errors.js';
import type { Engine } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { positionGrid } from '../../occlusion/positions.js';
import type { Position } from '../../occlusion/positions.js';
import type { TuningStore } from '../../occlusion/tuning.js';
import { OcclusionWay } from '../../occlusion/way.js';
import type { OcclusionMethod } from '../../occlusion/way.js';
import type { Layer } from '../../network/layers.js';
import { jobKey } from '../../jobs/key.js';
import type { Job } from '../../jobs/job.js';
import { inTurns } from '../../steps.js';
import type { FloatTensor } from '../../tensor.js';
import type { OccludedAnswer } from './occludedAnswers.js';
import type { OcclusionResult } from './occlusionResult.js';
import { answerOf, sweepOver } from './occlusionSweep.js';
import { argMax, scoresOf } from './scores.js';
import { unoccluded } from './unoccluded.js';

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

export const DEFAULT_MEMORY = 512 * 2 ** 20;

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

  const before = await unoccluded(engine, network, photo, options.layer, signal);
  const { probabilities } = before;
  const checked = (classIndex: number): number => {
    if (!(classIndex in probabilities)) {
      throw new UserError(
        `class ${classIndex} does not exist: ${network.model.file} has classes 0 to ${probabilities.length - 1}`,
      );
    }
    return classIndex;
  };
  const followedClass = checked(options.classIndex ?? argMax(probabilities));
  const { method = 'auto', memoryBound = DEFAULT_MEMORY, tunings: store, log } = options;
  const way = await inTurns(
    OcclusionWay.waySteps(engine, network, before.followed, { photo, fill, size }, grid, {
      method,
      memoryBound,
      store,
      log,
    }),
  );
  const key = sweepKey(network, photo, options);
  return {
    get method() {
      return way.method;
    },
    get arithmetic() {
      return way.arithmetic;
    },
    async at(position, cancelled) {
      const [values = []] = await way.single.run([position], { engine, signal: cancelled });
      return answerOf(values, scores);
    },
    job: (wanted = followedClass) => ({
      key,
      run: (context) =>
        sweepOver({ key, grid, classIndex: checked(wanted), scores, unoccluded: before, way }, context),
    }),
  };
}
