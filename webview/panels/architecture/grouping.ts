/** Which groups of the drawing are one node each, as the user opens and closes them. */

import { ancestorsOf } from '../../../src/protocol/groupPath.js';
import type { GraphNodeView, Grouping } from '../../../src/protocol/panels/architecture.js';

type Placed = Pick<GraphNodeView, 'layer' | 'group' | 'x' | 'y' | 'width' | 'height'>;

export const NO_GROUPING: Grouping = { collapsed: [], expanded: [] };

/** Whether a node stands for a whole group. */
export function isGroup({ layer, group }: Pick<GraphNodeView, 'layer' | 'group'>): boolean {
  return group !== '' && layer === group;
}

export function expand({ collapsed, expanded }: Grouping, group: string): Grouping {
  const others = (groups: readonly string[]): string[] => groups.filter((each) => each !== group);
  return { collapsed: others(collapsed), expanded: [...others(expanded), group] };
}

/** Makes a group one node; groups in it are forgotten. */
export function collapse({ collapsed, expanded }: Grouping, group: string): Grouping {
  const outside = (each: string): boolean => !ancestorsOf(each).includes(group);
  return { collapsed: [...collapsed.filter(outside), group], expanded: expanded.filter(outside) };
}

/** Makes every outermost group one node. */
export function collapseAll(nodes: readonly Pick<GraphNodeView, 'group'>[]): Grouping {
  const outermost = nodes.flatMap(({ group }) => ancestorsOf(group).slice(0, 1));
  return { collapsed: [...new Set(outermost)], expanded: [] };
}

/** Opens every group that is one node now. */
export function expandAll(grouping: Grouping, nodes: readonly Placed[]): Grouping {
  return nodes.filter(isGroup).reduce((opened, { group }) => expand(opened, group), grouping);
}

/** A box around the nodes of an open group, in the drawing's pixels. */
export interface Frame {
  readonly group: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const PADDING = 8;
/** Room for the group's name above its nodes. */
export const FRAME_TITLE = 16;

/**
 * Boxes around the open groups of two nodes or more, the outermost first. A group among whose nodes lies one that
 * is not its own gets none: the box would say that it were.
 */
export function frames(nodes: readonly Placed[]): Frame[] {
  const members = new Map<string, Placed[]>();
  for (const node of nodes) {
    const path = ancestorsOf(node.group);
    for (const group of isGroup(node) ? path.slice(0, -1) : path) {
      members.set(group, [...(members.get(group) ?? []), node]);
    }
  }
  const groups = [...members].filter(([, inside]) => inside.length > 1);
  const deepest = Math.max(0, ...groups.map(([group]) => ancestorsOf(group).length));
  return groups
    .map(([group, inside]) => frameAround(group, inside, deepest - ancestorsOf(group).length))
    .filter((frame) => !nodes.some((node) => isForeign(node, frame)))
    .sort((a, b) => ancestorsOf(a.group).length - ancestorsOf(b.group).length);
}

/** @param around how many frames lie between this one and the nodes at most */
function frameAround(group: string, inside: readonly Placed[], around: number): Frame {
  const padding = PADDING * (1 + Math.min(around, 2));
  const left = Math.min(...inside.map(({ x }) => x)) - padding;
  const top = Math.min(...inside.map(({ y }) => y)) - padding - FRAME_TITLE * (1 + Math.min(around, 1)) + 6;
  const right = Math.max(...inside.map(({ x, width }) => x + width)) + padding;
  const bottom = Math.max(...inside.map(({ y, height }) => y + height)) + padding;
  return { group, x: left, y: top, width: right - left, height: bottom - top };
}

function isForeign(node: Placed, frame: Frame): boolean {
  const [x, y] = [node.x + node.width / 2, node.y + node.height / 2];
  const isInside = x > frame.x && x < frame.x + frame.width && y > frame.y && y < frame.y + frame.height;
  return isInside && !ancestorsOf(node.group).includes(frame.group);
}
