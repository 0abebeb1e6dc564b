/** What a person calls a layer. */

import { namingFile } from '../errors.js';
import { findLayer } from './layers.js';
import type { Layer } from './layers.js';
import type { Network } from './network.js';

/**
 * The layer that `query` names: as the layer table does, or any other node or tensor of the graph.
 * @throws UserError listing the nearest names, or the candidates of an ambiguous one
 */
export function layerNamed({ layers, index, shapes, model }: Network, query: string): Layer {
  const isListed = layers.some(({ name, aliases }) => name === query || aliases.includes(query));
  const node = isListed
    ? undefined
    : (index.producer(query) ?? index.graph.nodes.find(({ name }) => name === query));
  if (node === undefined) {
    return namingFile(model.file, () => findLayer(layers, query));
  }
  const output = node.outputs.includes(query) ? query : (node.outputs[0] ?? '');
  return {
    name: query,
    aliases: [],
    node,
    output,
    outputShape: shapes.shapeOf(output),
    parameters: 0,
    multiplyAdds: undefined,
    receptiveField: undefined,
    detail: '',
  };
}
