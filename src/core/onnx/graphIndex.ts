/** Questions about a graph's wiring, answered in constant time. */

import { atOnce, each } from '../steps.js';
import type { Steps } from '../steps.js';
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
  return atOnce(indexSteps(graph));
}

/** The same in steps. */
export function* indexSteps(graph: Graph): Steps<GraphIndex> {
  const producers = new Map<string, Node>();
  const consumers = new Map<string, Node[]>();
  yield* each(graph.nodes, (node) => {
    for (const output of node.outputs) {
      if (output !== '') {
        producers.set(output, node);
      }
    }
    for (const input of readsOf(node)) {
      const readers = consumers.get(input);
      if (readers === undefined) {
        consumers.set(input, [node]);
      } else if (readers.at(-1) !== node) {
        readers.push(node);
      }
    }
  });

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
  const captured = hasSubgraphs(node)
    ? [...node.attributes.values()].flatMap((attribute) =>
        attribute.type === 'graph' ? capturedBy(attribute.value) : [],
      )
    : [];
  // Asked of every node again and again: most need no list of their own.
  return captured.length === 0 && !node.inputs.includes('')
    ? node.inputs
    : [...node.inputs.filter((input) => input !== ''), ...captured];
}

/** True for a control flow node. */
export function hasSubgraphs({ attributes }: Node): boolean {
  for (const { type } of attributes.values()) {
    if (type === 'graph') {
      return true;
    }
  }
  return false;
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
