/** Questions about a graph's wiring, answered in constant time. */

import type { Graph, Node } from './model.js';

export interface GraphIndex {
  readonly graph: Graph;
  /** The node that makes a tensor; undefined for inputs and constants. */
  producer(tensor: string): Node | undefined;
  /** The nodes that read a tensor, each once, in topological order. */
  consumers(tensor: string): readonly Node[];
  /** Nodes needed to compute `outputs`, in topological order. */
  ancestors(outputs: readonly string[]): readonly Node[];
  /** Nodes that depend on any of `tensors`, in topological order. */
  descendants(tensors: readonly string[]): readonly Node[];
}

/** Builds the index of a graph. */
export function indexGraph(graph: Graph): GraphIndex {
  const producers = new Map<string, Node>();
  const consumers = new Map<string, Node[]>();
  for (const node of graph.nodes) {
    for (const output of node.outputs) {
      if (output !== '') {
        producers.set(output, node);
      }
    }
    for (const input of new Set(readsOf(node))) {
      const readers = consumers.get(input);
      if (readers === undefined) {
        consumers.set(input, [node]);
      } else {
        readers.push(node);
      }
    }
  }

  return {
    graph,
    producer: (tensor) => producers.get(tensor),
    consumers: (tensor) => consumers.get(tensor) ?? [],
    ancestors(outputs) {
      const wanted = new Set<Node>();
      const open = [...outputs];
      for (let tensor = open.pop(); tensor !== undefined; tensor = open.pop()) {
        const node = producers.get(tensor);
        if (node !== undefined && !wanted.has(node)) {
          wanted.add(node);
          open.push(...readsOf(node));
        }
      }
      return graph.nodes.filter((node) => wanted.has(node));
    },
    descendants(tensors) {
      const reached = new Set(tensors);
      return graph.nodes.filter((node) => {
        const depends = readsOf(node).some((input) => reached.has(input));
        if (depends) {
          node.outputs.forEach((output) => reached.add(output));
        }
        return depends;
      });
    },
  };
}

/** Tensors of the enclosing graph that a node reads, those that its subgraphs capture included. */
export function readsOf(node: Node): readonly string[] {
  const captured: string[] = [];
  for (const attribute of node.attributes.values()) {
    if (attribute.type === 'graph') {
      captured.push(...capturedBy(attribute.value));
    }
  }
  return [...node.inputs.filter((input) => input !== ''), ...captured];
}

function capturedBy(graph: Graph): string[] {
  const own = new Set<string>([...graph.constants.keys(), ...graph.inputs.map((input) => input.name)]);
  const captured = new Set<string>();
  for (const node of graph.nodes) {
    for (const input of readsOf(node)) {
      if (!own.has(input)) {
        captured.add(input);
      }
    }
    node.outputs.forEach((output) => own.add(output));
  }
  for (const output of graph.outputs) {
    if (!own.has(output.name)) {
      captured.add(output.name);
    }
  }
  return [...captured];
}
