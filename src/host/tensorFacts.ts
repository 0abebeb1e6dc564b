/** What a network's graph says of a tensor, found in constant time. */

import type { Network } from '../core/network/network.js';
import { primitives } from '../core/onnx/encode.js';
import type { ReceptiveField, Layer } from '../core/network/layers.js';
import type { Node } from '../core/onnx/model.js';
import { atOnce, each } from '../core/steps.js';
import type { Steps } from '../core/steps.js';

export interface TensorFacts {
  /** The layer that a tensor is the output of, or that owns a weight. */
  layerOfTensor(tensor: string): Layer | undefined;
  /** The layer that a node of the graph, or of a recognised pattern, belongs to. */
  layerOfNode(node: string): Layer | undefined;
  nodeNamed(node: string): Node | undefined;
  receptiveField(tensor: string): ReceptiveField | undefined;
}

const known = new WeakMap<Network, TensorFacts>();

/** Those that were collected when the network was opened, or else now. */
export function tensorFacts(network: Network): TensorFacts {
  return known.get(network) ?? atOnce(tensorFactsSteps(network));
}

export function* tensorFactsSteps(network: Network): Steps<TensorFacts> {
  const { layers, index, positions } = network;
  const byTensor = new Map<string, Layer>();
  const byNode = new Map<string, Layer>();
  yield* each(layers, (layer) => {
    const bias = index.producer(layer.output);
    for (const node of new Set([layer.node, ...(bias === undefined ? [] : [bias])])) {
      byNode.set(node.name, layer);
      primitives(node).forEach(({ name }) => byNode.set(name, layer));
      for (const weight of node.inputs.filter((input) => index.graph.constants.has(input))) {
        byTensor.set(weight, byTensor.get(weight) ?? layer);
      }
    }
    byTensor.set(layer.node.outputs[0] ?? '', layer);
    byTensor.set(layer.output, layer);
  });
  const nodes = new Map<string, Node>();
  yield* each(index.graph.nodes, (node) => {
    primitives(node).forEach((inner) => nodes.set(inner.name, inner));
    nodes.set(node.name, node);
  });
  const facts: TensorFacts = {
    layerOfTensor: (tensor) => byTensor.get(tensor),
    layerOfNode: (node) => byNode.get(node),
    nodeNamed: (node) => nodes.get(node),
    receptiveField: (tensor) => positions.fields.get(tensor),
  };
  known.set(network, facts);
  return facts;
}
