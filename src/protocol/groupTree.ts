/** Layers and module groups as a tree, as the side bar and the layer table show them. */

import { parentOf } from './groupPath.js';

/** A layer, by its place in the network, or a group of them, by its module path. */
export type Member =
  { readonly kind: 'layer'; readonly place: number } | { readonly kind: 'group'; readonly group: string };

/**
 * What is in every group, '' for the top; a group stands where its first layer would.
 * @param groups of each layer, in the network's order
 */
export function groupMembers(groups: readonly string[]): ReadonlyMap<string, readonly Member[]> {
  const members = new Map<string, Member[]>();
  const placed = new Set<string>();
  const add = (group: string, member: Member): void => {
    if (group !== '' && !placed.has(group)) {
      placed.add(group);
      add(parentOf(group), { kind: 'group', group });
    }
    const siblings = members.get(group) ?? [];
    siblings.push(member);
    members.set(group, siblings);
  };
  groups.forEach((group, place) => {
    add(group, { kind: 'layer', place });
  });
  return members;
}

/** `0` of `features.0`: what tells a group from its neighbours. */
export function lastStep(group: string): string {
  const parent = parentOf(group);
  return parent === '' ? group : group.slice(parent.length + 1);
}
