/** Layers of the network and nodes of the text: which is which. */

import type { Layer } from '../../core/network/layers.js';
import type { TextIndex, TextNode } from '../../core/onnx/text/textIndex.js';
import { tensorFacts } from '../tensorFacts.js';
import type { OpenModel } from '../modelFiles.js';

/** The layer that a node of the main graph is, or is a part of. */
export function layerOfNode(
  { network }: Pick<OpenModel, 'network'>,
  { name, output }: TextNode,
): Layer | undefined {
  const facts = tensorFacts(network);
  return (output === undefined ? undefined : facts.layerOfTensor(output)) ?? facts.layerOfNode(name);
}

/** The node that a layer is; for one within a function, the call. */
export function nodeOfLayer(index: TextIndex, { node, output }: Layer): TextNode | undefined {
  const own =
    index.nodeMaking(node.outputs[0] ?? '') ?? index.nodeMaking(output) ?? index.nodeNamed(node.name);
  if (own !== undefined) {
    return own;
  }
  // Nodes of an inlined function are named `call/node`.
  for (let end = node.name.lastIndexOf('/'); end > 0; end = node.name.lastIndexOf('/', end - 1)) {
    const call = index.nodeNamed(node.name.slice(0, end));
    if (call !== undefined) {
      return call;
    }
  }
  return undefined;
}
