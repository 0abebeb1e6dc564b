/** A piece of a graph that starts at tensors in its middle. */

import { readsOf } from './graphIndex.js';
import type { GraphIndex } from './graphIndex.js';
import type { Graph, Node, ValueInfo } from './model.js';

/**
 * The nodes that compute `outputs` from `inputs`, with the constants they read. What lies in front of the inputs is
 * left out.
 */
export function subgraph(
  index: GraphIndex,
  inputs: readonly ValueInfo[],
  outputs: readonly ValueInfo[],
): Graph {
  const given = new Set(inputs.map(({ name }) => name));
  const wanted = new Set<Node>();
  const open = outputs.map(({ name }) => name).filter((name) => !given.has(name));
  for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
    const node = index.producer(tensor);
    if (node !== undefined && !wanted.has(node)) {
      wanted.add(node);
      open.push(...readsOf(node).filter((name) => !given.has(name)));
    }
  }
  return pieceOf(
    index.graph,
    index.graph.nodes.filter((node) => wanted.has(node)),
    inputs,
    outputs,
  );
}

/** A graph of some nodes with the constants they read, those inside of composites included. */
export function pieceOf(
  graph: Graph,
  nodes: readonly Node[],
  inputs: readonly ValueInfo[],
  outputs: readonly ValueInfo[],
): Graph {
  const read = new Set(nodes.flatMap(allReadsOf));
  return {
    name: graph.name,
    nodes,
    inputs,
    outputs,
    constants: new Map([...graph.constants].filter(([name]) => read.has(name))),
    valueInfo: new Map(),
  };
}

function allReadsOf(node: Node): readonly string[] {
  return [...readsOf(node), ...(node.body ?? []).flatMap(allReadsOf)];
}
