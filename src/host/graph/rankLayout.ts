/** One level of a drawing in ranks from top to bottom (dagre: Gansner et al. 1993), with lines that cross no box. */

import { graphlib, layout } from '@dagrejs/dagre';

import { trunksOf } from './trunks.js';
import type { Line } from './trunks.js';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Boxes and lines in pixels from the top left corner of the level. */
export interface RankLayout extends Size {
  /** Top-left corners. */
  readonly corners: readonly { readonly x: number; readonly y: number }[];
  /** The rank that each box is in. */
  readonly ranks: readonly Rank[];
  /** For each line, what it passes between the ranks of its ends: the height of each rank and where it is crossed. */
  readonly crossings: readonly (readonly Crossing[])[];
}

/** From the top of the highest box in it to the bottom. */
export interface Rank {
  readonly top: number;
  readonly bottom: number;
}

export interface Crossing extends Rank {
  readonly x: number;
}

/** Between ranks. */
export const RANK_GAP = 26;
const NODE_GAP = 24;
/** Between lines, or a line and a box. */
const EDGE_GAP = 16;

/** @param lines indices of boxes; they lead in no circle */
export function rankLayout(boxes: readonly Size[], lines: readonly Line[]): RankLayout {
  const trunks = trunksOf(boxes.length, lines);
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: NODE_GAP, edgesep: EDGE_GAP, ranksep: RANK_GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  boxes.forEach(({ width, height }, place) => graph.setNode(String(place), { width, height }));
  lines
    .filter((_, place) => trunks[place] === place)
    .forEach(([from, to]) => graph.setEdge(String(from), String(to)));
  layout(graph);
  const { height = 0 } = graph.graph();
  const centres = boxes.map((_, place) => graph.node(String(place)));
  const ranks = new Map<number, Rank>();
  // dagre puts the centres of all that is in a rank at one height.
  const heightOf = (y: number): number => Math.round(2 * y);
  centres.forEach(({ y }, place) => {
    const half = (boxes[place]?.height ?? 0) / 2;
    const { top, bottom } = ranks.get(heightOf(y)) ?? { top: Infinity, bottom: -Infinity };
    ranks.set(heightOf(y), { top: Math.min(top, y - half), bottom: Math.max(bottom, y + half) });
  });
  const crossings = lines.map(([from, to], place) => {
    const end = lines[trunks[place] ?? place]?.[1] ?? to;
    return pointsOf(graph.edge(String(from), String(end)))
      .slice(1, -1)
      .filter(({ y }) => heightOf(y) < heightOf(centres[to]?.y ?? y))
      .flatMap(({ x, y }) => {
        const rank = ranks.get(heightOf(y));
        return rank === undefined ? [] : [{ x, ...rank }];
      });
  });
  // dagre's own width leaves out lines that pass beside all boxes.
  const bounds = { left: 0, right: 0 };
  const include = (left: number, right: number): void => {
    bounds.left = Math.min(bounds.left, left);
    bounds.right = Math.max(bounds.right, right);
  };
  centres.forEach(({ x }, place) => {
    const half = (boxes[place]?.width ?? 0) / 2;
    include(x - half, x + half);
  });
  crossings.flat().forEach(({ x }) => {
    include(x - EDGE_GAP, x + EDGE_GAP);
  });
  return {
    width: bounds.right - bounds.left,
    height,
    corners: centres.map(({ x, y }, place) => ({
      x: x - (boxes[place]?.width ?? 0) / 2 - bounds.left,
      y: y - (boxes[place]?.height ?? 0) / 2,
    })),
    ranks: centres.map(({ y }) => ranks.get(heightOf(y)) ?? { top: y, bottom: y }),
    crossings: crossings.map((line) => line.map((each) => ({ ...each, x: each.x - bounds.left }))),
  };
}

/** dagre writes the polyline into the edge's label. */
function pointsOf(label: unknown): readonly { readonly x: number; readonly y: number }[] {
  return (label as { points?: readonly { x: number; y: number }[] }).points ?? [];
}
