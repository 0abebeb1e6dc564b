/** What an index says of maps, read and drawn in the background: of large indexes that takes seconds. */

import { numbersOfMap } from '../../core/analysis/photoSet/mapNumbers.js';
import { orderedMaps } from '../../core/analysis/photoSet/mapOrder.js';
import { labelMeans, selectivityIndex, strongestLabel } from '../../core/analysis/photoSet/selectivity.js';
import { openLayer, photosOfUnits, topUnits } from '../../core/analysis/photoSet/topUnits.js';
import type { LayerOfIndex } from '../../core/analysis/photoSet/topUnits.js';
import { BoundedCache } from '../../core/boundedCache.js';
import { UserError } from '../../core/errors.js';
import { crossedTile, patchTile, tileScale } from '../../core/figures/topPhotos.js';
import { decodeImage } from '../../core/imaging/decode.js';
import type { RgbImage } from '../../core/imaging/image.js';
import { grid } from '../../core/imaging/picture.js';
import { toImage, toInput } from '../../core/imaging/preprocess.js';
import { crop } from '../../core/imaging/resample.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import { openIndex } from '../../core/store/photoIndex.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import type { Handlers } from '../../protocol/channel.js';
import type { IndexedPhotos } from './indexedPhotos.js';
import { kept } from './kept.js';
import type { BackgroundRequests, IndexedMap, PatchParams } from './requests.js';

export type MapRequests = Pick<BackgroundRequests, 'indexedMaps' | 'patches'>;

/** Layers whose numbers are kept. */
const KEPT = 3;
/** Labels that are named of a map. */
const LABELS = 5;
const BETWEEN = 2;

export function mapHandlers(indexed: IndexedPhotos): Handlers<MapRequests> {
  const layers = new BoundedCache<Promise<LayerOfIndex>>(KEPT);
  return {
    indexedMaps: async ({ store, layer, maps, strongest, photos }) => {
      const index = await openIndex(store);
      const key = JSON.stringify([store, index.manifest.set.sha256, index.parts.length, layer]);
      const opened = await kept(layers, key, () => openLayer(index, layer));
      const wanted =
        maps ??
        orderedMaps(opened.summary, opened.layer, { by: 'strength' })
          .slice(0, strongest)
          .map(({ map }) => map);
      return Promise.all(wanted.map((map) => mapOf(opened, map, photos)));
    },
    patches: async (params) => {
      const index = await openIndex(params.store);
      return patchGrid(index, await indexed.of(index), params);
    },
  };
}

async function mapOf(opened: LayerOfIndex, map: number, count: number): Promise<IndexedMap> {
  const { index, layer, summary } = opened;
  // A photo that a rectified map does not answer excites nothing.
  const units = topUnits(opened, map, Math.min(count, index.manifest.strongest)).filter(
    ({ value }) => value !== 0,
  );
  const photos = await photosOfUnits(index, units);
  const { mean, largest, zeros, answers, photos: counted, byLabel } = numbersOfMap(summary, layer, map);
  const means = labelMeans(summary);
  const own = means.of(map);
  const label = strongestLabel(own);
  const selectivity = selectivityIndex(own, label);
  return {
    ...{ map, photos: counted, mean, largest, zeros, answers },
    selectivity:
      selectivity === undefined ? undefined : { label: means.labels[label] ?? '', index: selectivity },
    labels: [...byLabel]
      .sort((a, b) => b[1] - a[1])
      .slice(0, LABELS)
      .map(([name, ofLabel]) => ({ label: name, mean: ofLabel })),
    units: units.map((unit) => ({
      ...unit,
      path: photos.get(unit.photo)?.path ?? '',
      label: photos.get(unit.photo)?.label,
    })),
  };
}

/** What units see of their photos, in so many columns; a photo that is gone is crossed out. */
async function patchGrid(
  { manifest: { preprocessing } }: PhotoIndex,
  set: Pick<PhotoSet, 'read'>,
  { units, input, columns }: PatchParams,
): Promise<RgbImage> {
  const scale = tileScale(units.map(({ window }) => window));
  const tiles: RgbImage[] = [];
  for (const { path, window } of units) {
    try {
      const bytes = await set.read({ path, label: undefined, bytes: undefined });
      const seen = toImage(
        toInput(await decodeImage(bytes, path), preprocessing, input),
        preprocessing,
        input,
      );
      const { top, left, bottom, right } = window;
      tiles.push(patchTile(crop(seen, left, top, right - left, bottom - top), scale));
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      tiles.push(crossedTile(Math.round(scale.side * scale.factor)));
    }
  }
  return grid(tiles, columns, BETWEEN);
}
