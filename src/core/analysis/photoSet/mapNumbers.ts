/** What an index of photos says of single maps. */

import { BINS, binEdges, LAST_BIN } from '../../store/histogram.js';
import type { IndexedLayer } from '../../store/indexManifest.js';
import type { LayerSummary } from '../../store/layerSummary.js';

/** A bin of the histogram of a map's largest values, one a photo. */
export interface FilledBin {
  /** Where it begins and ends; the outermost ones are open, to -Infinity and Infinity. */
  readonly from: number;
  readonly to: number;
  readonly photos: number;
}

export interface MapNumbers {
  readonly map: number;
  /** Photos that are in the numbers; those whose map had NaN or infinity are counted beside them. */
  readonly photos: number;
  readonly notFinite: number;
  /** Over all photos and places; NaN where there is no photo, as the following ones. */
  readonly mean: number;
  readonly largest: number;
  /** Share of the values that are zero, 0 to 1. */
  readonly zeros: number;
  /** Share of the photos that the map answers: whose largest value is above zero, in the histogram's bins (from 2^-12). */
  readonly answers: number;
  /** Bins that are not empty, in rising order. */
  readonly histogram: readonly FilledBin[];
  /** Mean activation over the photos of each label that has some. */
  readonly byLabel: ReadonlyMap<string, number>;
}

export function numbersOfMap(
  summary: LayerSummary,
  { rows, columns }: Pick<IndexedLayer, 'rows' | 'columns'>,
  map: number,
): MapNumbers {
  const photos = summary.photos[map] ?? 0;
  const of = (total: number | undefined): number => (photos === 0 ? NaN : (total ?? 0) / photos);
  const counts = summary.histogram.subarray(map * BINS, (map + 1) * BINS);
  const histogram = [...counts.entries()].flatMap(([place, count]) => {
    const [from, to] = binEdges(place - LAST_BIN);
    return count === 0 ? [] : [{ from, to, photos: count }];
  });
  const byLabel = [...summary.byLabel].flatMap(([label, { photos: counted, sums }]) => {
    const count = counted[map] ?? 0;
    return count === 0 ? [] : [[label, (sums[map] ?? 0) / count] as const];
  });
  return {
    map,
    photos,
    notFinite: summary.notFinite[map] ?? 0,
    mean: of(summary.sums[map]),
    largest: photos === 0 ? NaN : (summary.largest[map] ?? NaN),
    zeros: of(summary.zeros[map]) / (rows * columns),
    answers: of(answered(counts)),
    histogram,
    byLabel: new Map(byLabel),
  };
}

/** Photos that a map answers. @param counts its histogram, bin by bin */
function answered(counts: Int32Array): number {
  return counts.subarray(LAST_BIN + 1).reduce((sum, count) => sum + count, 0);
}
