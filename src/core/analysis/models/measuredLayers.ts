/** Where the maps of a layer with weights are measured: behind its activation function. */

import { activationOf } from '../../activations/registry.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { IndexedLayer } from '../../store/indexManifest.js';
import { indexedLayers } from '../photoSet/indexedLayers.js';
import { weightedLayers } from './weightSteps.js';

/** Operators between a layer and its activation function. */
const BETWEEN: readonly string[] = ['BatchNormalization', 'InstanceNormalization', 'GroupNormalization'];

/**
 * What stands for the answers of each layer with weights: the activation function that alone reads it, normalisation
 * between them or not, else the layer itself.
 * @returns by the name of the layer with weights; none for one without maps [1, maps, ...]
 */
export function measuredLayers(network: Network): ReadonlyMap<string, IndexedLayer> {
  const measured = weightedLayers(network).flatMap((layer) => {
    const behind = behindActivation(network, layer);
    return hasMaps(network, behind) ? [[layer.name, tensorOf(network, behind)] as const] : [];
  });
  return new Map(measured);
}

/** A layer as summaries of its maps name it. @throws UserError where it has no maps */
export function tensorOf(network: Network, { name }: Pick<Layer, 'name'>): IndexedLayer {
  const [indexed] = indexedLayers(network, { layers: [name], vectors: [] });
  if (indexed === undefined) {
    throw new Error(`'${name}' is no layer`);
  }
  return indexed;
}

function behindActivation({ index, layers, shapes }: Network, layer: Layer): Layer {
  let { output } = layer;
  for (;;) {
    const [reader, ...others] = index.consumers(output);
    if (reader === undefined || others.length > 0) {
      return layer;
    }
    if (activationOf(reader, shapes) !== undefined) {
      return layers.find(({ node }) => node === reader) ?? layer;
    }
    if (!BETWEEN.includes(reader.opType)) {
      return layer;
    }
    output = reader.outputs[0] ?? '';
  }
}

function hasMaps({ shapes }: Network, { output }: Layer): boolean {
  const shape = shapes.staticShapeOf(output);
  return shape !== undefined && shape.length > 1 && shape[0] === 1 && shape.every((size) => size > 0);
}
