/** The order in which feature maps are shown. */

import type { MapStatisticsView } from '../../../src/protocol/view.js';

export type SortBy = 'index' | 'max' | 'mean';

/** Channels by the layer's order, or largest first; maps without a finite value come last. */
export function sorted(perMap: readonly MapStatisticsView[], sortBy: SortBy): number[] {
  const channels = [...perMap.keys()];
  if (sortBy === 'index') {
    return channels;
  }
  const key = (channel: number): number => {
    const value = perMap[channel]?.[sortBy] ?? NaN;
    return Number.isNaN(value) ? -Infinity : value;
  };
  return channels.sort((a, b) => (key(a) === key(b) ? a - b : key(b) - key(a)));
}
