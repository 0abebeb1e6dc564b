/** Which part of the photo does the answer hang on? (Zeiler & Fergus 2013, section 4.2 and figure 7.) */

import { throwIfCancelled, UserError } from '../errors.js';
import type { Engine } from '../engine.js';
import type { Network } from '../network.js';
import { coarseToFine, positionGrid } from '../occlusion/positions.js';
import type { PositionGrid } from '../occlusion/positions.js';
import { plainRunner } from '../occlusion/plain.js';
import type { Layer } from '../onnx/layers.js';
import type { FloatTensor } from '../tensor.js';
import { classProbabilities } from './predictions.js';
import { featureMaps } from './featureMaps.js';
import { argMax, probabilities, scoresOf } from './scores.js';

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
  readonly signal?: AbortSignal | undefined;
  /** Called after every batch with the picture so far. */
  readonly onPartial?: ((partial: OcclusionResult) => void) | undefined;
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
  /** Positions run at once; 1 where the model takes one image at a time. */
  readonly batch: number;
}

/**
 * Slides a square occluder over the photo and follows a class and a feature map.
 * @param photo the network's input, [1, C, H, W] or NHWC
 * @throws UserError where the occluder does not fit or the network does not classify; CancelledError
 */
export async function occlusion(
  engine: Engine,
  network: Network,
  photo: FloatTensor,
  options: OcclusionOptions,
): Promise<OcclusionResult> {
  const { size, stride, fill, signal } = options;
  const scores = scoresOf(network);
  const [, second = 0, third = 0, fourth = 0] = network.input.shape;
  const [height, width] = network.input.layout === 'NCHW' ? [third, fourth] : [second, third];
  const grid = positionGrid(height, width, size, stride);

  const [whole = new Float32Array(0)] = await classProbabilities(engine, network, photo, { signal });
  const classIndex = options.classIndex ?? argMax(whole);
  if (!(classIndex in whole)) {
    throw new UserError(
      `class ${classIndex} does not exist: ${network.model.file} has classes 0 to ${whole.length - 1}`,
    );
  }
  const layer = options.layer ?? lastSpatialLayer(network);
  const map = layer && (await strongestMap(engine, network, photo, layer, signal));

  const outputs = [scores.tensor, ...(map ? [map.layer.output] : [])];
  const runner = plainRunner(engine, network, photo, fill, size, outputs);
  const count = grid.positions.length;
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
    batch: runner.batch,
  };

  const order = coarseToFine(grid);
  for (let at = 0; at < order.length; at += runner.batch) {
    throwIfCancelled(signal);
    const indices = order.slice(at, at + runner.batch);
    const values = await runner.run(
      indices.flatMap((index) => grid.positions[index] ?? []),
      signal,
    );
    for (const [place, index] of indices.entries()) {
      const [row = new Float32Array(0), maps] = values[place] ?? [];
      const occluded = probabilities(row, scores);
      result.probability[index] = occluded[classIndex] ?? NaN;
      result.label[index] = argMax(occluded);
      if (map !== undefined && maps !== undefined) {
        result.activity[index] = mapActivity(maps, map.channel, map.channels);
      }
      result.done[index] = 1;
    }
    result.finished += indices.length;
    options.onPartial?.(result);
  }
  return result;
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
  return maps.subarray(channel * length, (channel + 1) * length).reduce((sum, value) => sum + value, 0);
}
