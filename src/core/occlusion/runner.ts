/** What runs the positions of a sweep, whichever way it goes. */

import type { Engine } from '../engine.js';
import type { FloatTensor } from '../tensor.js';
import type { Position } from './positions.js';

/** Runs the network on occluded copies of one photo. */
export interface OccludedRunner {
  /** Most positions of one call. */
  readonly batch: number;
  /** True where the model takes one image at a time, so that batching was not possible. */
  readonly oneByOne: boolean;
  /** Splits positions into those that are run together; each part begins with the first position that is left. */
  bunches(positions: readonly Position[]): readonly (readonly Position[])[];
  /** For each position the values of each of `outputs`, in order. */
  run(positions: readonly Position[], on: RunsOn): Promise<readonly (readonly Float32Array[])[]>;
}

/** The engine of one run, for a person's question and a whole sweep wait in different lanes, and what ends it. */
export interface RunsOn {
  readonly engine: Engine;
  readonly signal?: AbortSignal | undefined;
}

/** The photo and the square that is laid over it. */
export interface OccludedPhoto {
  /** The network's input, [1, C, H, W] or NHWC. */
  readonly photo: FloatTensor;
  /** One value a channel, in the model's input units. */
  readonly fill: readonly number[];
  /** Side of the occluder in pixels. */
  readonly size: number;
}
