/** The nodes, frames and edges to draw: layers, closed groups as one node each, open groups as frames. */

import { each } from '../../core/steps.js';
import type { Steps } from '../../core/steps.js';
import type { Grouping } from '../../protocol/graphView.js';
import type { LayerGroups } from './layerGroups.js';
import { GroupTree, isLayer } from './groupTree.js';
import type { LayerWiring, Unit } from './groupTree.js';
import type { LayerEdge } from './layerEdges.js';

/** A graph whose nodes have sizes and no places yet. */
export interface GraphDrawing {
  readonly nodes: readonly DrawnNode[];
  /** Those around others come before them. */
  readonly frames: readonly DrawnFrame[];
  /** Indices of nodes. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** For each layer, the index of the node that stands for it. */
  readonly nodeOf: Uint32Array;
  /** The depth that is drawn. */
  readonly depth: number;
  /** The depth that opens every group, or as many as can be drawn. */
  readonly deepest: number;
}

export interface DrawnNode {
  /** Name of a layer; the module path, equal to `group`, for a closed group. */
  readonly layer: string;
  /** Module path of the frame around a layer, '' for none. */
  readonly group: string;
  readonly part: Unit['part'];
  /** Index of the frame around it; -1 for none. */
  readonly frame: number;
  readonly width: number;
  readonly height: number;
}

export interface DrawnFrame {
  readonly group: string;
  readonly part: Unit['part'];
  /** Index of the frame around it; -1 for none. */
  readonly frame: number;
}

/** A layout of more nodes takes many seconds and shows nobody anything. */
const NODE_LIMIT = 1500;
/** Fewer nodes tell little of a network. */
const TELLING = 6;
/** Among more nodes it is hard to find one's way. */
const COMFORTABLE = 250;

/**
 * What to draw: groups down to a depth are open, but those in `collapsed`, and so are those in `expanded`; of these the
 * first are closed where they would make more than `limit` nodes.
 */
export function* graphDrawingSteps(
  layers: readonly string[],
  groups: LayerGroups,
  layerEdges: readonly LayerEdge[],
  { depth: wanted, collapsed, expanded }: Grouping,
  limit = NODE_LIMIT,
): Steps<GraphDrawing> {
  const groupOf = layers.map((layer) => groups.of(layer));
  const tree = new GroupTree(groupOf, yield* wiringSteps(layers, layerEdges));
  const counts = yield* nodeCountsSteps(tree, limit);
  const depth = Math.min(wanted ?? depthOfStages(counts), counts.length);
  const closed = new Set(collapsed);
  for (let first = 0; ; first++) {
    const open = new Set(expanded.slice(first));
    const isOpen = ({ group }: Unit, level: number): boolean =>
      open.has(group) || (level < depth && !closed.has(group));
    const drawn = yield* drawnSteps(tree, layers, isOpen);
    if (drawn.nodes.length <= limit || first >= expanded.length) {
      return {
        ...drawn,
        edges: yield* nodeEdgesSteps(tree, drawn.nodeOf),
        depth,
        deepest: counts.length,
      };
    }
  }
}

function* wiringSteps(layers: readonly string[], edges: readonly LayerEdge[]): Steps<LayerWiring> {
  const places = new Map(layers.map((layer, place) => [layer, place]));
  const before: number[][] = layers.map(() => []);
  const after: number[][] = layers.map(() => []);
  yield* each(edges, ({ from, to }) => {
    const [start, end] = [places.get(from), places.get(to)];
    if (start !== undefined && end !== undefined) {
      after[start]?.push(end);
      before[end]?.push(start);
    }
  });
  return { before, after };
}

/** How many nodes there are at each depth, from 1, at which every outermost group is closed; never more than `limit`. */
function* nodeCountsSteps(tree: GroupTree, limit: number): Steps<readonly number[]> {
  const counts: number[] = [];
  let leaves = 0;
  let closed: readonly Unit[] = [tree.root];
  while (closed.length > 0) {
    const next: Unit[] = [];
    for (const unit of closed) {
      for (const child of yield* tree.childrenSteps(unit)) {
        if (isLayer(child)) {
          leaves++;
        } else {
          next.push(child);
        }
      }
    }
    if (leaves + next.length > limit && counts.length > 0) {
      break;
    }
    counts.push(leaves + next.length);
    closed = next;
  }
  return counts;
}

/** The least depth whose drawing tells something of the network. */
function depthOfStages(counts: readonly number[]): number {
  const telling = counts.findIndex((count) => count >= TELLING);
  const place = telling < 0 ? counts.length - 1 : telling;
  return (counts[place] ?? 0) > COMFORTABLE ? Math.max(1, place) : place + 1;
}

function* drawnSteps(
  tree: GroupTree,
  layers: readonly string[],
  isOpen: (unit: Unit, level: number) => boolean,
): Steps<Pick<GraphDrawing, 'nodes' | 'frames' | 'nodeOf'>> {
  const nodes: DrawnNode[] = [];
  const frames: DrawnFrame[] = [];
  const nodeOf = new Uint32Array(layers.length);
  function* fill(unit: Unit, frame: number, level: number): Steps<void> {
    for (const child of yield* tree.childrenSteps(unit)) {
      const { group, part } = child;
      if (!isLayer(child) && isOpen(child, level)) {
        frames.push({ group, part, frame });
        yield* fill(child, frames.length - 1, level + 1);
        continue;
      }
      child.layers.forEach((layer) => {
        nodeOf[layer] = nodes.length;
      });
      const name = isLayer(child) ? (layers[child.layers[0] ?? -1] ?? '') : group;
      const around = isLayer(child) ? (frames[frame]?.group ?? '') : group;
      nodes.push({ layer: name, group: around, part, frame, ...sizeOf(name, part) });
    }
  }
  yield* fill(tree.root, -1, 1);
  return { nodes, frames, nodeOf };
}

function* nodeEdgesSteps(tree: GroupTree, nodeOf: Uint32Array): Steps<GraphDrawing['edges']> {
  const drawn = new Map<string, readonly [number, number]>();
  yield* each(tree.wiring.after.entries(), ([layer, readers]) => {
    for (const reader of readers) {
      const [from, to] = [nodeOf[layer] ?? 0, nodeOf[reader] ?? 0];
      if (from !== to) {
        drawn.set(`${from} ${to}`, [from, to]);
      }
    }
  });
  return [...drawn.values()];
}

const HEIGHT = 44;
/** Room for `(1 of 3)` behind the name. */
const PART_WIDTH = 60;

/** Room for the name, of about 8 pixels a letter, and at least for an operator beside a shape. */
function sizeOf(name: string, part: Unit['part']): { width: number; height: number } {
  const width = 44 + 8 * name.length + (part === null ? 0 : PART_WIDTH);
  return { width: Math.max(148, Math.min(300, width)), height: HEIGHT };
}
