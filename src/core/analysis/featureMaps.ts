/** How does a layer answer the photo? */

import { UserError } from '../errors.js';
import type { Engine, RunOptions } from '../engine.js';
import type { Network } from '../network.js';
import { forwardOf } from '../onnx/derive.js';
import type { Layer } from '../onnx/layers.js';
import { toFloat32 } from '../floats.js';
import type { FloatTensor, Tensor } from '../tensor.js';

export interface MapStatistics {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Share of exact zeros, 0 to 1. */
  readonly zeros: number;
}

export interface Histogram {
  /** Edges of the bins, one more than counts. */
  readonly edges: Float32Array;
  readonly counts: Uint32Array;
}

export interface FeatureMaps {
  readonly layer: Layer;
  /** [1, C, H, W]; [1, K] becomes [1, K, 1, 1]. */
  readonly maps: FloatTensor;
  readonly perMap: readonly MapStatistics[];
  readonly whole: MapStatistics;
  readonly histogram: Histogram;
  /** Maps that are zero everywhere on this photo. */
  readonly dead: readonly number[];
  /** Number of NaN and infinite values; statistics leave them out. */
  readonly notFinite: number;
}

const BINS = 64;

/**
 * The activations of a layer on one photo.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @throws UserError where the layer's output has no batch and channel axes
 */
export async function featureMaps(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  layer: Layer,
  options?: RunOptions,
): Promise<FeatureMaps> {
  const model = forwardOf(network, [layer.output]);
  const [result] = await engine.run(
    [{ model, feeds: { [network.input.name]: input }, fetch: [layer.output], memo: true }],
    options,
  );
  const maps = asMaps(result?.[layer.output], layer);
  const [, channels = 0] = maps.shape;
  const length = maps.data.length / Math.max(1, channels);
  const rows = Array.from({ length: channels }, (_, map) =>
    maps.data.subarray(map * length, (map + 1) * length),
  );
  const perMap = rows.map(statistics);
  const whole = statistics(maps.data);
  return {
    layer,
    maps,
    perMap,
    whole,
    histogram: histogram(maps.data, whole),
    dead: [...perMap.keys()].filter((map) => perMap[map]?.zeros === 1),
    notFinite: maps.data.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0),
  };
}

function asMaps(tensor: Tensor | undefined, layer: Layer): FloatTensor {
  if (tensor === undefined || (tensor.shape.length !== 4 && tensor.shape.length !== 2)) {
    throw new UserError(
      `layer '${layer.name}' (${layer.node.opType}) gives [${tensor?.shape.join(', ') ?? '?'}], which are no feature maps [N, C, H, W]`,
    );
  }
  const value = toFloat32(tensor, layer.output);
  return value.shape.length === 4 ? value : { ...value, shape: [...value.shape, 1, 1] };
}

/** Statistics of the finite values; NaN where there are none. */
export function statistics(values: Float32Array): MapStatistics {
  let [min, max, sum, squares, zeros, count] = [Infinity, -Infinity, 0, 0, 0, 0];
  for (const value of values) {
    if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
      squares += value * value;
      zeros += value === 0 ? 1 : 0;
      count++;
    }
  }
  if (count === 0) {
    return { min: NaN, max: NaN, mean: NaN, standardDeviation: NaN, zeros: 0 };
  }
  const mean = sum / count;
  return {
    min,
    max,
    mean,
    standardDeviation: Math.sqrt(Math.max(0, squares / count - mean * mean)),
    zeros: zeros / values.length,
  };
}

/** The finite values in bins of equal width between the smallest and the largest. */
export function histogram(values: Float32Array, { min, max }: MapStatistics): Histogram {
  const counts = new Uint32Array(BINS);
  const span = max > min ? max - min : 1;
  for (const value of values) {
    if (Number.isFinite(value)) {
      const bin = Math.min(BINS - 1, Math.floor(((value - min) / span) * BINS));
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
  }
  return { edges: Float32Array.from({ length: BINS + 1 }, (_, edge) => min + (span * edge) / BINS), counts };
}
