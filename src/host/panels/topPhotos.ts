/** What of the photos of an index excites each map of a layer most. */

import { numbersOfMap } from '../../core/analysis/photoSet/mapNumbers.js';
import { orderedMaps } from '../../core/analysis/photoSet/mapOrder.js';
import type { RankedMap } from '../../core/analysis/photoSet/mapOrder.js';
import { photosOfUnits, topUnits } from '../../core/analysis/photoSet/topUnits.js';
import type { LayerOfIndex } from '../../core/analysis/photoSet/topUnits.js';
import { shrink } from '../../core/imaging/resample.js';
import type { Handlers } from '../../protocol/channel.js';
import type {
  TopOrder,
  TopPatchView,
  TopPhotosRequests,
  TopPhotoView,
} from '../../protocol/panels/topPhotos.js';
import { toPicture } from '../pictures.js';
import { IndexedLayers } from '../sets/indexedLayers.js';
import { setPanelHandlers } from '../sets/setPanel.js';
import { ShownPatches } from '../sets/shownPatches.js';
import type { UnitPictures } from '../sets/shownPatches.js';
import type { PanelContext } from './context.js';
import { everyPanelHandlers } from './everyPanel.js';
import { saveTopPhotos } from './topPhotosFile.js';
import { topLayerView } from './topLayerView.js';

export function topPhotosHandlers(context: PanelContext): Handlers<TopPhotosRequests> {
  const { file, engine, indexes } = context;
  const layers = new IndexedLayers(indexes);
  const patches = new ShownPatches();
  return {
    ...everyPanelHandlers(context),
    ...setPanelHandlers(context),
    topLayer: async ({ store, layer }) => {
      const { network } = await file.get();
      return topLayerView(network, await layers.open(store, layer));
    },
    orderMaps: async ({ store, layer, order }) => {
      const ranked = rankedMaps(await layers.open(store, layer), order);
      return {
        maps: Int32Array.from(ranked, ({ map }) => map),
        values: Float64Array.from(ranked, ({ value }) => value ?? NaN),
      };
    },
    topPatches: async ({ store, layer, maps, side }, signal, partial) => {
      const { network } = await file.get();
      const opened = await layers.open(store, layer);
      await patches.show(network, opened, maps, {
        engine,
        set: await indexes.photos(store),
        signal,
        partial: (some) => {
          partial(some.map((each) => patchView(each, side)));
        },
      });
      return null;
    },
    topMap: async ({ store, layer, map }) => {
      const opened = await layers.open(store, layer);
      const { histogram, byLabel, notFinite } = numbersOfMap(opened.summary, opened.layer, map);
      return {
        map,
        photos: await photosOf(opened, map),
        histogram,
        byLabel: [...byLabel]
          .map(([label, mean]) => ({ label, mean }))
          .sort((a, b) => b.mean - a.mean || (a.label < b.label ? -1 : 1)),
        notFinite,
      };
    },
    saveTop: async ({ store, layer, form, maps }) => {
      const opened = await layers.open(store, layer);
      const chosen = 'order' in maps ? rankedMaps(opened, maps.order).slice(0, maps.first) : unranked(maps);
      return saveTopPhotos(context, {
        ...{ opened, form, maps: chosen },
        order: 'order' in maps ? maps.order : undefined,
      });
    },
  };
}

function rankedMaps({ summary, layer }: LayerOfIndex, order: TopOrder): readonly RankedMap[] {
  return order.by === 'index'
    ? unranked(Array.from({ length: layer.maps }, (_, map) => map))
    : orderedMaps(summary, layer, order);
}

function unranked(maps: readonly number[]): readonly RankedMap[] {
  return maps.map((map) => ({ map, value: undefined }));
}

function patchView(pictures: UnitPictures, side: number): TopPatchView {
  const { map, rank } = pictures.unit;
  if ('problem' in pictures) {
    const { problem } = pictures;
    return { map, rank, width: 0, height: 0, patch: null, projection: null, problem };
  }
  const { patch, projection, window } = pictures;
  return {
    ...{ map, rank },
    width: window.right - window.left,
    height: window.bottom - window.top,
    patch: toPicture(shrink(patch, side)),
    projection: projection === undefined ? null : toPicture(shrink(projection, side)),
    problem: null,
  };
}

async function photosOf(opened: LayerOfIndex, map: number): Promise<readonly TopPhotoView[]> {
  const { index } = opened;
  const units = topUnits(opened, map, index.manifest.strongest).filter(({ value }) => value !== 0);
  const rows = await photosOfUnits(index, units);
  return units.map(({ rank, photo, value, row, column }) => ({
    ...{ rank, photo, value, row, column },
    path: rows.get(photo)?.path ?? '',
    label: rows.get(photo)?.label ?? null,
  }));
}
