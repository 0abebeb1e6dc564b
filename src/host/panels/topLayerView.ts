/** What the page of the top photos is told of a layer. */

import { numbersOfMap } from '../../core/analysis/photoSet/mapNumbers.js';
import { labelMeans, selectivityIndex, strongestLabel } from '../../core/analysis/photoSet/selectivity.js';
import { windowOfUnit } from '../../core/analysis/photoSet/topPatches.js';
import type { LayerOfIndex } from '../../core/analysis/photoSet/topUnits.js';
import { tileScale } from '../../core/figures/topPhotos.js';
import type { Network } from '../../core/network/network.js';
import { photosOfParts } from '../../core/store/photoIndex.js';
import type { TopLayerView } from '../../protocol/panels/topPhotos.js';

/** Maps that are gone through before others get their turn: layers have thousands, and labels hundreds. */
const AT_ONCE = 64;

export async function topLayerView(
  network: Network,
  { index, layer, summary }: LayerOfIndex,
): Promise<TopLayerView> {
  const { manifest, parts, store } = index;
  const means = labelMeans(summary);
  const [mean, largest, zeros, answers, selectivity] = Array.from(
    { length: 5 },
    () => new Float64Array(layer.maps),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const label = new Int32Array(layer.maps);
  for (let map = 0; map < layer.maps; map++) {
    if (map % AT_ONCE === 0) {
      await new Promise(setImmediate);
    }
    const numbers = numbersOfMap(summary, layer, map);
    mean[map] = numbers.mean;
    largest[map] = numbers.largest;
    zeros[map] = numbers.zeros;
    answers[map] = numbers.answers;
    const own = means.of(map);
    const strongest = strongestLabel(own);
    label[map] = strongest;
    selectivity[map] = selectivityIndex(own, strongest) ?? NaN;
  }
  const { name, maps, rows, columns } = layer;
  return {
    ...{ store, layer: name, maps, rows, columns },
    photos: photosOfParts(manifest, parts),
    strongest: manifest.strongest,
    field: fieldOf(network, { index, layer, summary }),
    labels: means.labels,
    ...{ mean, largest, zeros, answers, label, selectivity },
  };
}

/** Side of the largest window of all units. */
function fieldOf(network: Network, { layer }: LayerOfIndex): number {
  // Rows see the same rows in every column.
  const diagonal = Array.from({ length: Math.max(layer.rows, layer.columns) }, (_, at) =>
    windowOfUnit(network, layer, {
      row: Math.min(at, layer.rows - 1),
      column: Math.min(at, layer.columns - 1),
    }),
  );
  return tileScale(diagonal).side;
}
