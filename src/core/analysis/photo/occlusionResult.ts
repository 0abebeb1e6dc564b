/** What a sweep has found, so far or in the end. */

import { UserError } from '../../errors.js';
import type { Layer } from '../../network/layers.js';
import type { PositionGrid } from '../../occlusion/positions.js';

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
