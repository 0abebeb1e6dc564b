/** The nodes and edges to draw: layers, with collapsed groups as one node each. */

import { each } from '../../core/steps.js';
import type { Steps } from '../../core/steps.js';
import type { Grouping } from '../../protocol/panels/architecture.js';
import type { LayerEdge } from './layerEdges.js';
import { ancestorsOf } from '../../protocol/groupPath.js';
import type { LayerGroups } from '../layerGroups.js';

/** A graph whose nodes have sizes and no places yet. */
export interface GraphDrawing {
  readonly nodes: readonly DrawnNode[];
  /** Indices of nodes. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** For each layer, the index of the node that stands for it. */
  readonly nodeOf: Uint32Array;
}

export interface DrawnNode {
  /** Name of a layer; the module path, equal to `group`, for a collapsed group. */
  readonly layer: string;
  readonly group: string;
  readonly width: number;
  readonly height: number;
}

/** A drawing of more nodes is hard to find one's way in. */
const COMFORTABLE = 250;
/** A layout of more nodes takes many seconds and shows nobody anything. */
const NODE_LIMIT = 1500;

/**
 * What to draw: the groups in `collapsed` as one node each. Where more than `comfortable` nodes are left, further
 * groups are collapsed, the innermost first, except those in `expanded`; where these make more than `limit`
 * nodes, the first of them are collapsed too.
 */
export function* graphDrawingSteps(
  layers: readonly string[],
  groups: LayerGroups,
  edges: readonly LayerEdge[],
  { collapsed, expanded }: Grouping,
  limit = NODE_LIMIT,
  comfortable = COMFORTABLE,
): Steps<GraphDrawing> {
  let shown = yield* collapsedGroupsSteps(layers, groups, collapsed, expanded, comfortable);
  for (let first = 1; first <= expanded.length && (yield* nodeCountSteps(layers, shown)) > limit; first++) {
    shown = yield* collapsedGroupsSteps(layers, groups, collapsed, expanded.slice(first), comfortable);
  }
  const places = new Map<string, number>();
  const nodes: DrawnNode[] = [];
  const nodeOf = new Uint32Array(layers.length);
  yield* each(layers.entries(), ([at, layer]) => {
    const name = shown(layer);
    const place = places.get(name) ?? nodes.length;
    nodeOf[at] = place;
    if (place === nodes.length) {
      places.set(name, place);
      const isGroup = name !== layer;
      nodes.push({ layer: name, group: isGroup ? name : groups.of(layer), ...sizeOf(name) });
    }
  });
  const drawn = new Map<string, readonly [number, number]>();
  yield* each(edges, ({ from, to }) => {
    const [start, end] = [places.get(shown(from)), places.get(shown(to))];
    if (start !== undefined && end !== undefined && start !== end) {
      drawn.set(`${start} ${end}`, [start, end]);
    }
  });
  return { nodes, edges: [...drawn.values()], nodeOf };
}

/** Gives the node that stands for a layer: its outermost collapsed group, or itself. */
type Showing = (layer: string) => string;

function showing(groups: LayerGroups, collapsed: ReadonlySet<string>): Showing {
  const outermost = new Map(
    groups.all.map((group) => [group, ancestorsOf(group).find((each) => collapsed.has(each))]),
  );
  return (layer) => outermost.get(groups.of(layer)) ?? layer;
}

function* nodeCountSteps(layers: readonly string[], shown: Showing): Steps<number> {
  const names = new Set<string>();
  yield* each(layers, (layer) => {
    names.add(shown(layer));
  });
  return names.size;
}

/** Collapses the innermost groups, but none in `expanded` nor around it, until no more than `limit` nodes are left. */
function* collapsedGroupsSteps(
  layers: readonly string[],
  groups: LayerGroups,
  collapsed: readonly string[],
  expanded: readonly string[],
  limit: number,
): Steps<Showing> {
  const chosen = new Set(collapsed);
  const open = new Set(expanded.flatMap(ancestorsOf));
  const depthOf = (group: string): number => ancestorsOf(group).length;
  const all = groups.all.filter((group) => group !== '' && !open.has(group));
  const deepest = all.reduce((depth, group) => Math.max(depth, depthOf(group)), 0);
  let shown = showing(groups, chosen);
  for (let depth = deepest; depth > 0 && (yield* nodeCountSteps(layers, shown)) > limit; depth--) {
    all.filter((group) => depthOf(group) === depth).forEach((group) => chosen.add(group));
    shown = showing(groups, chosen);
  }
  return shown;
}

const HEIGHT = 44;

/** Room for the name, of about 8 pixels a letter, and at least for an operator beside a shape. */
function sizeOf(name: string): { width: number; height: number } {
  return { width: Math.max(148, Math.min(300, 44 + 8 * name.length)), height: HEIGHT };
}
