/** Which kernels are shown, and in which order. */

import type { Section } from '../../common/grid.js';

export type SortBy = 'index' | 'norm' | 'colourfulness';

/** Fewer kernels a group, as in depthwise layers, are not worth a heading each. */
const GROUP_WORTH_SHOWING = 4;

/**
 * The kernels in the order shown, the groups of a grouped convolution apart.
 * @param key what to sort by, largest first; undefined for the layer's own order
 * @param isShown leaves kernels out
 * @param heading of a group, counted from 0
 */
export function arrange(
  outputs: number,
  groups: number,
  key: ((kernel: number) => number) | undefined,
  isShown: (kernel: number) => boolean,
  heading: (group: number) => string,
): Section[] {
  const perGroup = outputs / groups;
  const isApart = groups > 1 && perGroup >= GROUP_WORTH_SHOWING;
  const sections = isApart ? groups : 1;
  return Array.from({ length: sections }, (_, group) => {
    const count = outputs / sections;
    const items = Array.from({ length: count }, (_each, place) => group * count + place).filter(isShown);
    if (key !== undefined) {
      items.sort((a, b) => descending(key(a), key(b)) || a - b);
    }
    return { items, ...(isApart && { heading: heading(group) }) };
  }).filter(({ items }) => items.length > 0);
}

/** Largest first; what is no number comes last. */
function descending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) {
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }
  return b > a ? 1 : b < a ? -1 : 0;
}
