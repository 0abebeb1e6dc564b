/** Which layer of an index speaks for a layer of the network. */

import { activationOf } from '../../activations/registry.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { Node } from '../../onnx/model.js';
import type { IndexedLayer } from '../../store/indexManifest.js';

/** Operators that give a map for each map, told from that one alone. */
const MAP_BY_MAP: readonly string[] = ['BatchNormalization', 'Dropout', 'Identity'];

/**
 * The layer itself; where the index does not have it, the first one behind it whose maps are its own under an activation
 * function or a normalisation, and that nothing else reads: `relu4` speaks for `conv4`.
 */
export function layerInIndex(
  { index, shapes }: Pick<Network, 'index' | 'shapes'>,
  layers: readonly IndexedLayer[],
  { output }: Pick<Layer, 'output'>,
): IndexedLayer | undefined {
  const keepsMaps = (node: Node): boolean =>
    MAP_BY_MAP.includes(node.opType) || activationOf(node, shapes) !== undefined;
  let tensor: string | undefined = output;
  while (tensor !== undefined) {
    const found = layers.find((layer) => layer.tensor === tensor);
    if (found !== undefined) {
      return found;
    }
    const [reader, ...others] = index.consumers(tensor);
    tensor = reader !== undefined && others.length === 0 && keepsMaps(reader) ? reader.outputs[0] : undefined;
  }
  return undefined;
}
