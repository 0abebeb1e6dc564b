/** The layers whose features are asked whether parts correspond: the paper's layers 5 and 7 where nobody names others. */

import { layerKind } from '../../network/layerKind.js';
import { layerNamed } from '../../network/layerNamed.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import { UserError } from '../../errors.js';
import { activated, fullyConnected, isActive, mapSize } from './indexedLayers.js';

export interface CorrespondingLayers {
  readonly layers: readonly Layer[];
  /** Where they stand in the place of the paper's layers: 5, 7, or undefined for others. */
  readonly inPaper: readonly (5 | 7 | undefined)[];
}

/**
 * The layers that are named; by default the last activation with maps before the layer that gives the scores, which stands
 * where the paper's layer 5 does, and that of the last hidden fully connected layer, its layer 7, where there is one.
 * @throws UserError for an unknown layer, or a network that has none of the default ones
 */
export function correspondingLayers(
  network: Network,
  names: readonly string[] | undefined,
): CorrespondingLayers {
  const { stage, connected } = paperLayers(network);
  const usual = [stage, connected].filter((layer) => layer !== undefined);
  const named = names?.map((name) => layerNamed(network, name)) ?? usual;
  const layers = [...new Map(named.map((layer) => [layer.output, layer])).values()];
  if (layers.length === 0) {
    throw new UserError(
      `${network.model.file}: no layer has an activation with maps or is fully connected and hidden; name some with --layers`,
    );
  }
  const inPaper = layers.map(({ output }) =>
    output === stage?.output ? 5 : output === connected?.output ? 7 : undefined,
  );
  return { layers, inPaper };
}

function paperLayers(network: Network): { stage: Layer | undefined; connected: Layer | undefined } {
  const { layers, shapes, pixels, scores } = network;
  const weighted = layers.filter(({ node }) => layerKind(node, shapes, pixels)?.isWeighted === true);
  const last = scores === undefined ? undefined : weighted.at(-1);
  const hidden = last === undefined ? layers : layers.slice(0, layers.indexOf(last));
  const hasMaps = (layer: Layer): boolean => {
    const [height, width] = mapSize(network, layer) ?? [1, 1];
    return height * width > 1;
  };
  const stage = hidden.findLast((layer) => hasMaps(layer) && isActive(network, layer.node));
  const connected = fullyConnected(network).findLast((layer) => hidden.includes(layer));
  return { stage, connected: connected && activated(network, connected) };
}
