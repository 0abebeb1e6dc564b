/** The nodes and edges to draw: layers, with collapsed groups as one node each. */

import type { LayerEdge } from './layerEdges.js';
import { ancestorsOf, parentOf } from '../layerGroups.js';
import type { LayerGroups } from '../layerGroups.js';

/** A graph whose nodes have sizes and no places yet. */
export interface GraphDrawing {
  readonly nodes: readonly DrawnNode[];
  /** Indices of nodes. */
  readonly edges: readonly (readonly [from: number, to: number])[];
}

export interface DrawnNode {
  /** Name of a layer; the module path, equal to `group`, for a collapsed group. */
  readonly layer: string;
  readonly group: string;
  readonly width: number;
  readonly height: number;
}

/** A layout of more nodes takes many seconds and shows nobody anything. */
const NODE_LIMIT = 1500;

/**
 * What to draw with the groups in `collapsed` as one node each; further groups are collapsed, the innermost
 * first, until no more than `limit` nodes are left.
 */
export function drawGraph(
  layers: readonly string[],
  groups: LayerGroups,
  edges: readonly LayerEdge[],
  collapsed: readonly string[],
  limit = NODE_LIMIT,
): GraphDrawing {
  const shown = showing(layers, groups, withinLimit(layers, groups, collapsed, limit));
  const places = new Map<string, number>();
  const nodes: DrawnNode[] = [];
  for (const layer of layers) {
    const name = shown(layer);
    if (!places.has(name)) {
      places.set(name, nodes.length);
      const isGroup = name !== layer;
      nodes.push({ layer: name, group: isGroup ? name : groups.of(layer), ...sizeOf(name) });
    }
  }
  const drawn = new Map<string, readonly [number, number]>();
  for (const { from, to } of edges) {
    const [start, end] = [places.get(shown(from)), places.get(shown(to))];
    if (start !== undefined && end !== undefined && start !== end) {
      drawn.set(`${start} ${end}`, [start, end]);
    }
  }
  return { nodes, edges: [...drawn.values()] };
}

/** The node that stands for a layer: its outermost collapsed group, or itself. */
function showing(
  layers: readonly string[],
  groups: LayerGroups,
  collapsed: ReadonlySet<string>,
): (layer: string) => string {
  const nodes = new Map(
    layers.map((layer) => {
      const outermost = ancestorsOf(groups.of(layer)).find((group) => collapsed.has(group));
      return [layer, outermost ?? layer];
    }),
  );
  return (layer) => nodes.get(layer) ?? layer;
}

function withinLimit(
  layers: readonly string[],
  groups: LayerGroups,
  collapsed: readonly string[],
  limit: number,
): ReadonlySet<string> {
  const chosen = new Set(collapsed);
  const depthOf = (group: string): number => ancestorsOf(group).length;
  const all = groups.all.filter((group) => group !== '');
  const deepest = all.reduce((depth, group) => Math.max(depth, depthOf(group)), 0);
  for (let depth = deepest; depth > 0; depth--) {
    const shown = showing(layers, groups, chosen);
    if (new Set(layers.map(shown)).size <= limit) {
      break;
    }
    all.filter((group) => depthOf(group) === depth).forEach((group) => chosen.add(group));
  }
  return chosen;
}

const HEIGHT = 44;

/** Room for the last part of the name, of about 7 pixels a letter. */
function sizeOf(name: string): { width: number; height: number } {
  const label = name.slice(parentOf(name) === '' ? 0 : parentOf(name).length + 1);
  return { width: Math.max(96, Math.min(280, 32 + 7 * Math.max(label.length, name.length))), height: HEIGHT };
}
