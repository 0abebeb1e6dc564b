/** What the drawing shows, ready to be painted. */

import { parentOf } from '../../../src/protocol/groupPath.js';
import type { GraphNodeView, GraphView } from '../../../src/protocol/panels/architecture.js';
import type { LayerView, ModelView } from '../../../src/protocol/view.js';
import { familyOf } from './families.js';
import type { Family } from './families.js';
import { frames, isGroup } from './grouping.js';
import type { Frame } from './grouping.js';
import { wiring } from './neighbours.js';
import type { Wiring } from './neighbours.js';

export interface SceneNode extends GraphNodeView {
  readonly title: string;
  /** Under the title, at the left and at the right. */
  readonly left: string;
  readonly right: string;
  readonly family: Family;
  readonly isGroup: boolean;
  /** The layers it stands for, by their places in the network. */
  readonly layers: readonly number[];
  readonly hasProblem: boolean;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  readonly frames: readonly Frame[];
  readonly wiring: Wiring;
  readonly nodeOf: Uint32Array;
}

export interface SceneEdge {
  readonly from: number;
  readonly to: number;
  readonly points: readonly number[];
}

/** @param countText says how many layers a group has */
export function sceneOf(view: GraphView, model: ModelView, countText: (layers: number) => string): Scene {
  const members: number[][] = view.nodes.map(() => []);
  view.nodeOf.forEach((node, place) => members[node]?.push(place));
  const troubled = new Set(model.problems.map(({ layer }) => layer));
  const places = new Map(view.nodes.map(({ layer }, place) => [layer, place]));
  const nodes = view.nodes.map((node, at) => {
    const layers = members[at] ?? [];
    const inside = layers.flatMap((place) => model.layers[place] ?? []);
    return sceneNode(node, layers, inside, troubled, countText);
  });
  return {
    width: view.width,
    height: view.height,
    nodes,
    edges: view.edges.map(({ from, to, points }) => ({
      from: places.get(from) ?? 0,
      to: places.get(to) ?? 0,
      points,
    })),
    frames: frames(view.nodes),
    wiring: wiring(view),
    nodeOf: view.nodeOf,
  };
}

function sceneNode(
  node: GraphNodeView,
  layers: readonly number[],
  inside: readonly LayerView[],
  troubled: ReadonlySet<string | null>,
  countText: (layers: number) => string,
): SceneNode {
  const hasProblem = inside.some(({ name }) => troubled.has(name));
  const last = inside.at(-1);
  if (isGroup(node)) {
    const parent = parentOf(node.group);
    const title = parent === '' ? node.group : node.group.slice(parent.length + 1);
    const left = countText(layers.length);
    const right = last?.output ?? '';
    return { ...node, title, left, right, family: 'other', isGroup: true, layers, hasProblem };
  }
  const [operator, right] = [last?.operator ?? '', last?.output ?? ''];
  return {
    ...node,
    title: node.layer,
    left: operator,
    right,
    family: familyOf(operator),
    isGroup: false,
    layers,
    hasProblem,
  };
}
