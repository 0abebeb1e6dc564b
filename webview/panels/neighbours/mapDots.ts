/** Which dots of the map have which colour, which lie above others, and which are shown. Photos are told by their places. */

import type { Range } from '../../common/colour.js';
import { GROUP_COLOURS, PLAIN } from './colouring.js';
import type { Groups } from './colouring.js';

export interface ColouredDots {
  /** In the order in which they are drawn. */
  readonly order: Int32Array;
  readonly colourOf: Uint8Array;
  readonly isShown: (place: number) => boolean;
}

/** The place behind the colours of a palette: that of photos that are not shown. */
export const HIDDEN = { groups: GROUP_COLOURS + 1, activations: 255 } as const;

/** @param colours of the groups @param chosen groups that are shown; all where there is none */
export function groupDots(groups: Groups, colours: Uint8Array, chosen: ReadonlySet<number>): ColouredDots {
  const isShown = (place: number): boolean => chosen.size === 0 || chosen.has(groups.groupOf[place] ?? -1);
  const colourOf = Uint8Array.from(groups.groupOf, (group, place) =>
    isShown(place) ? (colours[group] ?? PLAIN) : HIDDEN.groups,
  );
  // What is hidden lies below all, what has no colour of its own below what has one; of these the later colour on top.
  const depth = (colour: number): number => (colour >= PLAIN ? -colour : colour);
  const order = Int32Array.from(colourOf.keys());
  return {
    order: order.sort((a, b) => depth(colourOf[a] ?? 0) - depth(colourOf[b] ?? 0)),
    colourOf,
    isShown,
  };
}

/** The strongest on top. @param values of the photos; NaN where there is none */
export function activationDots(values: Float32Array, { min, max }: Range): ColouredDots {
  const colourOf = Uint8Array.from(values, (value) =>
    Number.isFinite(value)
      ? Math.round(((value - min) / (max - min || 1)) * (HIDDEN.activations - 1))
      : HIDDEN.activations,
  );
  const depth = (place: number): number =>
    Number.isFinite(values[place] ?? NaN) ? (values[place] ?? 0) : -Infinity;
  const order = Int32Array.from(colourOf.keys());
  return { order: order.sort((a, b) => depth(a) - depth(b) || 0), colourOf, isShown: () => true };
}
