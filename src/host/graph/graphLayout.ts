/** Places for the nodes of a drawing, in layers from top to bottom (dagre: Gansner et al. 1993). */

import { graphlib, layout } from '@dagrejs/dagre';

import type { GraphView } from '../../protocol/panels/architecture.js';
import type { GraphDrawing } from './graphDrawing.js';

const MARGIN = 16;

/** Takes seconds for a thousand nodes: run it away from the host's event loop. */
export function layoutGraph({ nodes, edges, nodeOf }: GraphDrawing): GraphView {
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 24, ranksep: 32, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  nodes.forEach(({ width, height }, place) => graph.setNode(String(place), { width, height }));
  edges.forEach(([from, to]) => graph.setEdge(String(from), String(to)));
  layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  return {
    width,
    height,
    nodes: nodes.map((node, place) => {
      const centre = graph.node(String(place));
      return { ...node, x: centre.x - node.width / 2, y: centre.y - node.height / 2 };
    }),
    edges: edges.map(([from, to]) => ({
      from: nodes[from]?.layer ?? '',
      to: nodes[to]?.layer ?? '',
      points: pointsOf(graph.edge(String(from), String(to))).flatMap(({ x, y }) => [x, y]),
    })),
    nodeOf,
  };
}

/** dagre writes the polyline into the edge's label. */
function pointsOf(label: unknown): readonly { readonly x: number; readonly y: number }[] {
  return (label as { points?: readonly { x: number; y: number }[] }).points ?? [];
}
