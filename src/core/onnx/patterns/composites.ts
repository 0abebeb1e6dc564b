/** Recognises operators that exporters write as several primitive nodes. */

import { each, filtered } from '../../steps.js';
import type { Steps } from '../../steps.js';
import { elementCount } from '../../tensor.js';
import { inlineNumbers } from '../constants.js';
import { indexSteps, readsOf } from '../graphIndex.js';
import type { GraphIndex } from '../graphIndex.js';
import type { Graph, Node } from '../model.js';
import { gelu, hardSwish, hardSwishByClip, mish, swish } from './activations.js';
import { lrn } from './lrn.js';
import type { GraphView, Match, Pattern } from './pattern.js';

const PATTERNS: readonly Pattern[] = [lrn, gelu, mish, hardSwish, hardSwishByClip, swish];

/** No exporter's group is larger; the bound keeps the search local in huge graphs. */
const GROUP_LIMIT = 64;

/** The operators that groups end in. */
const ANCHORS: ReadonlySet<string> = new Set(PATTERNS.map(({ anchor }) => anchor));

/** The graph with every recognised group of nodes replaced by one composite node in its anchor's place. */
export function* compositesSteps(graph: Graph): Steps<Graph> {
  const anchors = yield* filtered(graph.nodes, ({ opType, domain }) => domain === '' && ANCHORS.has(opType));
  if (anchors.length === 0) {
    return graph;
  }
  const index = yield* indexSteps(graph);
  const view: GraphView = {
    producer: (tensor) => index.producer(tensor),
    scalar(tensor) {
      const constant = graph.constants.get(tensor);
      return constant !== undefined && elementCount(constant.shape) === 1
        ? inlineNumbers(constant)?.[0]
        : undefined;
    },
  };
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const absorbed = new Set<Node>();
  const composites = new Map<Node, Node>();
  // Backwards, so that the largest group that ends in an anchor is seen before its parts.
  yield* each(anchors.reverse(), (anchor) => {
    if (absorbed.has(anchor)) {
      return;
    }
    for (const pattern of PATTERNS) {
      const found = pattern.anchor === anchor.opType ? pattern.match(anchor, view) : undefined;
      const body = found && groupOf(anchor, found, index, outputs);
      if (found && body && !body.some((node) => absorbed.has(node))) {
        body.forEach((node) => absorbed.add(node));
        composites.set(anchor, compositeOf(pattern, anchor, found, body));
        break;
      }
    }
  });
  if (composites.size === 0) {
    return graph;
  }
  const nodes = graph.nodes.flatMap((node) => composites.get(node) ?? (absorbed.has(node) ? [] : node));
  return { ...graph, nodes };
}

function compositeOf(pattern: Pattern, anchor: Node, match: Match, body: readonly Node[]): Node {
  return {
    name: anchor.name,
    opType: pattern.opType,
    domain: '',
    inputs: [match.input, ...(match.parameters ?? [])],
    outputs: anchor.outputs,
    attributes: match.attributes,
    metadata: anchor.metadata,
    body,
  };
}

/**
 * The nodes between the match's inputs and the anchor, in topological order; undefined where another node or
 * an output of the graph reads something from inside.
 */
function groupOf(
  anchor: Node,
  match: Match,
  index: GraphIndex,
  outputs: ReadonlySet<string>,
): Node[] | undefined {
  const borders = new Set([match.input, ...(match.parameters ?? [])]);
  const group = new Set<Node>([anchor]);
  for (const node of group) {
    for (const tensor of readsOf(node)) {
      const producer = borders.has(tensor) ? undefined : index.producer(tensor);
      if (producer !== undefined) {
        group.add(producer);
      }
    }
    if (group.size > GROUP_LIMIT) {
      return undefined;
    }
  }
  for (const node of group) {
    const leaks = node.outputs.some(
      (output) => outputs.has(output) || index.consumers(output).some((reader) => !group.has(reader)),
    );
    if (node !== anchor && leaks) {
      return undefined;
    }
  }
  return inOrder(group);
}

/** Depth-first order of a small group: producers before their readers. */
function inOrder(group: ReadonlySet<Node>): Node[] {
  const makers = new Map([...group].flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const order = new Set<Node>();
  const visit = (node: Node): void => {
    readsOf(node).forEach((tensor) => {
      const maker = makers.get(tensor);
      if (maker !== undefined && !order.has(maker)) {
        visit(maker);
      }
    });
    order.add(node);
  };
  group.forEach(visit);
  return [...order];
}
