/** Which groups of the drawing are one node each, as the user opens and closes them. */

import { ancestorsOf } from '../../../src/protocol/groupPath.js';
import type { GraphNodeView, Grouping } from '../../../src/protocol/graphView.js';

export const NO_GROUPING: Grouping = { depth: null, collapsed: [], expanded: [] };

/** Whether a node stands for a whole group, or for a part of one. */
export function isGroup({ layer, group }: Pick<GraphNodeView, 'layer' | 'group'>): boolean {
  return group !== '' && layer === group;
}

export function expand({ depth, collapsed, expanded }: Grouping, group: string): Grouping {
  const others = (groups: readonly string[]): string[] => groups.filter((each) => each !== group);
  return { depth, collapsed: others(collapsed), expanded: [...others(expanded), group] };
}

/** Makes a group one node; groups in it are forgotten. */
export function collapse({ depth, collapsed, expanded }: Grouping, group: string): Grouping {
  const outside = (each: string): boolean => !ancestorsOf(each).includes(group);
  return { depth, collapsed: [...collapsed.filter(outside), group], expanded: expanded.filter(outside) };
}

/** Opens groups down to a depth; what was opened and closed one by one is forgotten. */
export function toDepth(depth: number): Grouping {
  return { depth, collapsed: [], expanded: [] };
}

/** Opens the group that a node stands for, or closes the frame around a layer; undefined where there is none. */
export function toggled(grouping: Grouping, node: GraphNodeView): Grouping | undefined {
  if (node.group === '') {
    return undefined;
  }
  return (isGroup(node) ? expand : collapse)(grouping, node.group);
}
