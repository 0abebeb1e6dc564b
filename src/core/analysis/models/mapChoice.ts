/** Which maps are on the wall where nobody names some: those that the last checkpoint says most of. */

import type { LayerActivity } from './layerActivity.js';

/** How they were chosen: as asked for, or by what the last checkpoint says of them. */
export type ChosenBy = 'asked' | 'selectivity' | 'strength' | 'norm';

export interface ChosenMaps {
  readonly maps: readonly number[];
  readonly chosenBy: ChosenBy;
}

/** As many as in the paper's figure for a layer. */
const CHOSEN_MAPS = 6;
const CHOSEN_KERNELS = 16;

/** What maps are chosen by, the larger the better; undefined for those that are not chosen. */
export interface Ranking {
  readonly by: Exclude<ChosenBy, 'asked'>;
  readonly count: number;
  readonly values: readonly (number | undefined)[];
}

/** By selectivity, of maps that answer photos; by strength where photos have fewer than two labels. */
export function rankingOf({ selectivity, values }: LayerActivity): Ranking {
  const isTold = selectivity.some((value) => value !== null);
  return isTold
    ? { by: 'selectivity', count: CHOSEN_MAPS, values: selectivity.map((value) => value ?? undefined) }
    : { by: 'strength', count: CHOSEN_MAPS, values: values.map((value) => (value > 0 ? value : undefined)) };
}

export function normRanking({
  shape: [count = 0],
  data,
}: {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}): Ranking {
  const length = data.length / count;
  const values = Array.from({ length: count }, (_, map) =>
    Math.sqrt(data.subarray(map * length, (map + 1) * length).reduce((sum, value) => sum + value * value, 0)),
  );
  return { by: 'norm', count: CHOSEN_KERNELS, values };
}

export function chosenMaps(asked: readonly number[] | undefined, ranking: Ranking | undefined): ChosenMaps {
  if (asked !== undefined || ranking === undefined) {
    return { maps: asked ?? [], chosenBy: 'asked' };
  }
  const { by, count, values } = ranking;
  const maps = [...values.keys()]
    .filter((map) => values[map] !== undefined)
    .sort((a, b) => (values[b] ?? 0) - (values[a] ?? 0) || a - b)
    .slice(0, count);
  return { maps, chosenBy: by };
}
