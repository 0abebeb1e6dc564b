/** Which layers and which values of a transform are looked at where nobody chooses others. */

import { UserError } from '../../errors.js';
import type { Transform } from '../../imaging/transforms.js';
import { imageSize } from '../../network/imageInput.js';
import { layerKind } from '../../network/layerKind.js';
import { layerNamed } from '../../network/layerNamed.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import { activated } from './indexedLayers.js';

/**
 * The layers that are named; by default the activation of the first layer with weights and that of the last one before the
 * scores, where the paper's layers 1 and 7 are.
 * @throws UserError for an unknown layer, or a network without default ones
 */
export function invarianceLayers(network: Network, names: readonly string[] | undefined): readonly Layer[] {
  const { layers, shapes, pixels, scores } = network;
  const weighted = layers.filter(({ node }) => layerKind(node, shapes, pixels)?.isWeighted === true);
  const hidden = scores === undefined ? weighted : weighted.slice(0, -1);
  const usual = [hidden.at(0), hidden.at(-1)].flatMap((layer) =>
    layer === undefined ? [] : [activated(network, layer)],
  );
  const chosen = names?.map((name) => layerNamed(network, name)) ?? usual;
  if (chosen.length === 0) {
    throw new UserError(
      `${network.model.file}: no layer with weights lies before the class scores; name some with --layers`,
    );
  }
  return [...new Map(chosen.map((layer) => [layer.output, layer])).values()];
}

/** The paper's figure 5 moves photos of 224 pixels by up to 60, enlarges them up to 1.8 times, and turns them by 0 to 350 degrees. */
export function usualRange(transform: Transform, input: Network['input']): readonly [number, number] {
  const { height, width } = imageSize(input);
  const reach = (side: number): number => Math.max(1, Math.round((60 / 224) * side));
  switch (transform) {
    case 'vertical':
      return [-reach(height), reach(height)];
    case 'horizontal':
      return [-reach(width), reach(width)];
    case 'scale':
      return [1, 1.8];
    case 'rotation':
      return [0, 350];
    case 'brightness':
    case 'contrast':
      return [0.5, 1.5];
    case 'blur':
      return [0, 4];
  }
}

/** As far apart as each other, both ends included. */
export function valuesIn([from, to]: readonly [number, number], steps: number): readonly number[] {
  return steps === 1
    ? [from]
    : Array.from({ length: steps }, (_, at) => (from * (steps - 1 - at) + to * at) / (steps - 1));
}
