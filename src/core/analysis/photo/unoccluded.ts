/** What a sweep knows before anything is covered: the class probabilities, and which map it follows. */

import type { Engine } from '../../engine.js';
import { UserError } from '../../errors.js';
import { toFloat32 } from '../../floats.js';
import { forwardOf } from '../../network/forward.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import { sumsStep } from '../../network/reducers.js';
import { followedGraph } from '../../occlusion/followed.js';
import type { Followed } from '../../occlusion/followed.js';
import type { FloatTensor } from '../../tensor.js';
import { classProbabilities } from './predictions.js';
import { argMax, scoresOf } from './scores.js';

/** The map of a layer that answers the uncovered photo most strongly. */
export interface FollowedMap {
  readonly layer: Layer;
  readonly channel: number;
  /** Its strength without an occluder: the sum over its positions. */
  readonly baseline: number;
}

export interface Unoccluded {
  /** Of all classes. */
  readonly probabilities: Float32Array;
  /** Undefined where no layer has maps. */
  readonly map: FollowedMap | undefined;
  /** What is asked for at each position: the scores, and the strength of the map. */
  readonly followed: Followed;
}

/**
 * Runs the network on the uncovered photo.
 * @param photo the network's input, [1, C, H, W] or NHWC
 * @param layer whose strongest map is followed; by default the last one with spatial maps
 * @throws UserError where the network does not classify, or the layer has no maps
 */
export async function unoccluded(
  engine: Engine,
  network: Network,
  photo: FloatTensor,
  layer = lastSpatialLayer(network),
  signal?: AbortSignal,
): Promise<Unoccluded> {
  const scores = scoresOf(network);
  const [probabilities = new Float32Array(0)] = await classProbabilities(engine, network, photo, { signal });
  const map = layer && (await strongestMap(engine, network, photo, layer, signal));
  const followed = followedGraph(
    network,
    scores.tensor,
    map && { tensor: map.layer.output, channel: map.channel },
  );
  return { probabilities, map, followed };
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

/** Maps are summed in the engine; what is kept of the layer there serves whoever asks for its maps next. */
async function strongestMap(
  engine: Engine,
  network: Network,
  photo: FloatTensor,
  layer: Layer,
  signal: AbortSignal | undefined,
): Promise<FollowedMap> {
  const { output } = layer;
  const shape = network.shapes.shapeOf(output) ?? [];
  if (shape.length !== 4 && shape.length !== 2) {
    throw new UserError(
      `layer '${layer.name}' (${layer.node.opType}) gives [${shape.map((size) => size ?? '?').join(', ')}], which are no feature maps [N, C, H, W]`,
    );
  }
  const [, result] = await engine.run(
    [
      { model: forwardOf(network, [output]), feeds: { [network.input.name]: photo }, fetch: [], memo: true },
      sumsStep({ of: { step: 0, output }, dtype: network.shapes.typeOf(output) }),
    ],
    { signal },
  );
  const sums = result?.['sums'];
  if (sums === undefined) {
    throw new Error(`the engine gave no sums of '${output}'`);
  }
  const strengths = toFloat32(sums, output).data;
  const channel = argMax(strengths);
  return { layer, channel, baseline: strengths[channel] ?? NaN };
}
