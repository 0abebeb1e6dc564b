/** What the drawing shows, ready to be painted. */

import type {
  GraphBox,
  GraphFrameView,
  GraphNodeView,
  GroupPart,
  GraphView,
} from '../../../src/protocol/graphView.js';
import type { LayerView, ModelView } from '../../../src/protocol/view.js';
import { familyOf } from './families.js';
import type { Family } from './families.js';
import { isGroup } from './grouping.js';
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

export interface SceneFrame extends GraphFrameView {
  readonly title: string;
}

export interface Scene extends Pick<
  GraphView,
  'width' | 'height' | 'edges' | 'nodeOf' | 'depth' | 'deepest'
> {
  readonly nodes: readonly SceneNode[];
  readonly frames: readonly SceneFrame[];
  readonly wiring: Wiring;
}

export type SceneEdge = Scene['edges'][number];

export interface SceneWords {
  /** Says how many layers a group has. */
  count(layers: number): string;
  /** The title of a part of a group. */
  part(group: string, part: GroupPart): string;
}

export function sceneOf(view: GraphView, model: ModelView, words: SceneWords): Scene {
  const members: number[][] = view.nodes.map(() => []);
  view.nodeOf.forEach((node, place) => members[node]?.push(place));
  const troubled = new Set(model.problems.map(({ layer }) => layer));
  const titleOf = (name: string, part: GroupPart | null): string =>
    part === null ? name : words.part(name, part);
  const nodes = view.nodes.map((node, at) => {
    const layers = members[at] ?? [];
    const inside = layers.flatMap((place) => model.layers[place] ?? []);
    return {
      ...node,
      ...about(node, inside, words),
      title: titleOf(node.layer, node.part),
      layers,
      hasProblem: inside.some(({ name }) => troubled.has(name)),
    };
  });
  const { width, height, edges, nodeOf, depth, deepest } = view;
  return {
    ...{ width, height, edges, nodeOf, depth, deepest },
    nodes,
    frames: view.frames.map((frame) => ({ ...frame, title: titleOf(frame.group, frame.part) })),
    wiring: wiring(view),
  };
}

function about(
  node: GraphNodeView,
  inside: readonly LayerView[],
  words: SceneWords,
): Pick<SceneNode, 'left' | 'right' | 'family' | 'isGroup'> {
  const { operator = '', output = '' } = inside.at(-1) ?? {};
  return isGroup(node)
    ? { left: words.count(inside.length), right: output, family: 'other', isGroup: true }
    : { left: operator, right: output, family: familyOf(operator), isGroup: false };
}

/** The box of an open or closed group: of its parts, the one with the layer at `place`, else the first. */
export function boxOfGroup(
  { nodes, frames, nodeOf }: Scene,
  group: string,
  place: number,
): GraphBox | undefined {
  const selected = nodes[nodeOf[place] ?? -1];
  const boxes = [
    ...frames.filter((frame) => frame.group === group),
    ...nodes.filter((node) => node.isGroup && node.group === group),
  ];
  const holds = (box: GraphBox): boolean =>
    selected !== undefined &&
    selected.x >= box.x &&
    selected.y >= box.y &&
    selected.x < box.x + box.width &&
    selected.y < box.y + box.height;
  return boxes.find(holds) ?? boxes[0];
}

/** The layer to select with a node: the selected one where it is in the node, else the node's first. */
export function placeWith(scene: Scene, node: number, selected: number): number {
  const layers = scene.nodes[node]?.layers ?? [];
  return layers.includes(selected) ? selected : (layers[0] ?? -1);
}
