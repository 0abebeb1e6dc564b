/** What excites the maps of a layer, in numbers: the form that scripts read. */

import type { Network } from '../../network/network.js';
import { numbersOfMap } from './mapNumbers.js';
import type { MapOrder, RankedMap } from './mapOrder.js';
import { labelMeans, selectivityIndex, strongestLabel } from './selectivity.js';
import { windowOfUnit } from './topPatches.js';
import { photosOfUnits, topUnits } from './topUnits.js';
import type { LayerOfIndex } from './topUnits.js';

/**
 * @param maps in the order in which they are described
 * @param order what their values are; undefined where they have none
 * @param count strongest photos of each
 * @returns plain data for JSON
 * @throws UserError where the layer has no such map, or the index keeps fewer photos
 */
export async function topDescription(
  network: Network,
  opened: LayerOfIndex,
  maps: readonly RankedMap[],
  order: MapOrder | undefined,
  count: number,
): Promise<unknown> {
  const { index, layer, summary } = opened;
  const described = maps.map((each) => ({ ...each, units: topUnits(opened, each.map, count) }));
  const photos = await photosOfUnits(
    index,
    described.flatMap(({ units }) => units),
  );
  const means = labelMeans(summary);
  return {
    layer: layer.name,
    tensor: layer.tensor,
    model: index.manifest.model.name,
    ...(order !== undefined && { order }),
    maps: described.map(({ map, value, units }) => {
      const { mean, largest, zeros, histogram, byLabel, ...rest } = numbersOfMap(summary, layer, map);
      const own = means.of(map);
      const label = strongestLabel(own);
      const selectivity = selectivityIndex(own, label);
      return {
        ...rest,
        ...(order !== undefined && value !== undefined && { [order.by]: value }),
        mean,
        largest,
        zeros,
        histogram,
        selectivity: selectivity === undefined ? null : { label: means.labels[label], index: selectivity },
        byLabel: Object.fromEntries([...byLabel].sort(([a], [b]) => (a < b ? -1 : 1))),
        top: units.map(({ rank, photo, value: activation, row, column }) => ({
          rank,
          photo,
          path: photos.get(photo)?.path,
          label: photos.get(photo)?.label ?? null,
          value: activation,
          row,
          column,
          window: windowOfUnit(network, layer, { row, column }),
        })),
      };
    }),
  };
}
