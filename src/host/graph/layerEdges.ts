/** How layers are wired: the edges of the graph with everything that is no layer left out. */

import type { Network } from '../../core/network/network.js';
import { readsOf } from '../../core/onnx/graphIndex.js';
import { each } from '../../core/steps.js';
import type { Steps } from '../../core/steps.js';

/** Names of two layers, the first of which the second reads, directly or through nodes that are no layer. */
export interface LayerEdge {
  readonly from: string;
  readonly to: string;
}

export function* layerEdgesSteps({ layers, index, pixels }: Network): Steps<readonly LayerEdge[]> {
  const names = new Map(layers.map(({ node, name }) => [node, name]));
  /** The layers that a tensor's values come from. */
  const origins = new Map<string, ReadonlySet<string>>();
  const edges: LayerEdge[] = [];
  yield* each(index.graph.nodes, (node) => {
    const read = readsOf(node).flatMap((tensor) => (pixels.has(tensor) ? (origins.get(tensor) ?? []) : []));
    const [only = new Set<string>()] = read;
    const sources = read.length > 1 ? new Set(read.flatMap((layersRead) => [...layersRead])) : only;
    const name = names.get(node);
    if (name !== undefined) {
      sources.forEach((from) => edges.push({ from, to: name }));
    }
    const origin = name === undefined ? sources : new Set([name]);
    node.outputs.forEach((output) => origins.set(output, origin));
  });
  return edges;
}
