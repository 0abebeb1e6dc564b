/** Where the arrow keys lead in the drawing. */

import type { GraphView } from '../../../src/protocol/graphView.js';

/** For each node, the nodes it reads and those that read it, the leftmost first. */
export interface Wiring {
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

export function wiring({ nodes, edges }: Pick<GraphView, 'nodes' | 'edges'>): Wiring {
  const before: number[][] = nodes.map(() => []);
  const after: number[][] = nodes.map(() => []);
  for (const { from, to } of edges) {
    after[from]?.push(to);
    before[to]?.push(from);
  }
  const byX = (a: number, b: number): number => (nodes[a]?.x ?? 0) - (nodes[b]?.x ?? 0);
  [...before, ...after].forEach((list) => list.sort(byX));
  return { before, after };
}

/**
 * The node that a key leads to: up and down along the edges, left and right among the nodes at the same height.
 * @returns undefined where there is none, or for another key
 */
export function nodeAfterKey(
  key: string,
  node: number,
  { nodes }: Pick<GraphView, 'nodes'>,
  { before, after }: Wiring,
): number | undefined {
  switch (key) {
    case 'ArrowUp':
      return before[node]?.[0];
    case 'ArrowDown':
      return after[node]?.[0];
    case 'ArrowLeft':
      return beside(node, nodes, -1);
    case 'ArrowRight':
      return beside(node, nodes, 1);
    case 'Home':
      return nodes.length > 0 ? 0 : undefined;
    case 'End':
      return nodes.length > 0 ? nodes.length - 1 : undefined;
    default:
      return undefined;
  }
}

/** The nearest node in a direction that overlaps this one in height. */
function beside(node: number, nodes: GraphView['nodes'], direction: 1 | -1): number | undefined {
  const from = nodes[node];
  if (from === undefined) {
    return undefined;
  }
  let nearest: { readonly place: number; readonly distance: number } | undefined;
  for (const [place, { x, y, height }] of nodes.entries()) {
    const distance = direction * (x - from.x);
    const overlaps = y < from.y + from.height && y + height > from.y;
    if (overlaps && distance > 0 && distance < (nearest?.distance ?? Infinity)) {
      nearest = { place, distance };
    }
  }
  return nearest?.place;
}
