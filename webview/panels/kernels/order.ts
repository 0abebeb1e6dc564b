/** Which kernels are shown, and in which order. */

import type { Section } from '../../common/gridLayout.js';
import { largestFirst } from '../../common/largestFirst.js';

export type SortBy = 'index' | 'norm' | 'colourfulness';

/** Fewer kernels a part are not worth a heading each. */
const PART_WORTH_SHOWING = 4;

/**
 * The kernels in the order shown, the layer's parts apart.
 * @param key what to sort by, largest first; undefined for the layer's own order
 * @param isShown leaves kernels out
 * @param heading of a part, counted from 0
 */
export function arrange(
  outputs: number,
  parts: number,
  key: ((kernel: number) => number) | undefined,
  isShown: (kernel: number) => boolean,
  heading: (part: number) => string,
): Section[] {
  const isApart = parts > 1 && outputs / parts >= PART_WORTH_SHOWING;
  const sections = isApart ? parts : 1;
  return Array.from({ length: sections }, (_, part) => {
    const count = outputs / sections;
    const items = Array.from({ length: count }, (_each, place) => part * count + place).filter(isShown);
    const inOrder = key === undefined ? items : largestFirst(items, key);
    return { items: inOrder, ...(isApart && { heading: heading(part) }) };
  }).filter(({ items }) => items.length > 0);
}
