/** The order in which feature maps are shown. */

import type { MapStatisticsView } from '../../../src/protocol/view.js';
import { largestFirst } from '../../common/largestFirst.js';

export type SortBy = 'index' | 'max' | 'mean';

/** Channels by the layer's order, or largest first; maps without a finite value come last. */
export function sorted(perMap: readonly MapStatisticsView[], sortBy: SortBy): number[] {
  const channels = [...perMap.keys()];
  if (sortBy === 'index') {
    return channels;
  }
  return largestFirst(channels, (channel) => perMap[channel]?.[sortBy] ?? NaN);
}
