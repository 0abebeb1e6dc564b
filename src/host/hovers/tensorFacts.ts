/** What a network's graph says of a tensor, found in constant time. */

import type { Network } from '../../core/network.js';
import { primitives } from '../../core/onnx/encode.js';
import type { ReceptiveField, Layer } from '../../core/onnx/layers.js';
import type { Node } from '../../core/onnx/model.js';

export interface TensorFacts {
  /** The layer that a tensor is the output of, or that owns a weight. */
  layerOfTensor(tensor: string): Layer | undefined;
  /** The layer that a node of the graph, or of a recognised pattern, belongs to. */
  layerOfNode(node: string): Layer | undefined;
  nodeNamed(node: string): Node | undefined;
  receptiveField(tensor: string): ReceptiveField | undefined;
}

const known = new WeakMap<Network, TensorFacts>();

/** Made at the first question about a network. */
export function tensorFacts(network: Network): TensorFacts {
  const facts = known.get(network) ?? collect(network);
  known.set(network, facts);
  return facts;
}

function collect({ layers, index, positions }: Network): TensorFacts {
  const byTensor = new Map<string, Layer>();
  const byNode = new Map<string, Layer>();
  for (const layer of layers) {
    const bias = index.producer(layer.output);
    for (const node of new Set([layer.node, ...(bias === undefined ? [] : [bias])])) {
      byNode.set(node.name, layer);
      primitives(node).forEach(({ name }) => byNode.set(name, layer));
      for (const weight of node.inputs.filter((each) => index.graph.constants.has(each))) {
        byTensor.set(weight, byTensor.get(weight) ?? layer);
      }
    }
    byTensor.set(layer.node.outputs[0] ?? '', layer);
    byTensor.set(layer.output, layer);
  }
  const nodes = new Map<string, Node>();
  for (const node of index.graph.nodes) {
    primitives(node).forEach((each) => nodes.set(each.name, each));
    nodes.set(node.name, node);
  }
  return {
    layerOfTensor: (tensor) => byTensor.get(tensor),
    layerOfNode: (node) => byNode.get(node),
    nodeNamed: (node) => nodes.get(node),
    receptiveField: (tensor) => positions.fields.get(tensor),
  };
}
