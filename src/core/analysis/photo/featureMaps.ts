/** How does a layer answer the photo? */

import { UserError } from '../../errors.js';
import type { Engine, RunOptions } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { forwardOf } from '../../network/forward.js';
import type { Layer } from '../../network/layers.js';
import { toFloat32 } from '../../floats.js';
import { histogram, statistics } from '../../statistics.js';
import type { Histogram, MapStatistics } from '../../statistics.js';
import type { FloatTensor, Tensor } from '../../tensor.js';

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
