/** What excites each map of a layer most, as an index of photos knows it. (Zeiler & Fergus 2013, figure 2.) */

import { UserError } from '../../errors.js';
import type { IndexedLayer } from '../../store/indexManifest.js';
import type { PhotoRow } from '../../store/indexPart.js';
import type { LayerSummary } from '../../store/layerSummary.js';
import { indexedLayerNamed } from '../../store/photoIndex.js';
import type { PhotoIndex } from '../../store/photoIndex.js';

/** The strongest unit of a map on one photo; a map has one a photo at most. */
export interface TopUnit {
  readonly map: number;
  /** From 1, the strongest. */
  readonly rank: number;
  /** Its number in the set. */
  readonly photo: number;
  /** Its activation; 0 on a photo that a rectified map does not answer. */
  readonly value: number;
  /** Place of the unit in the map. */
  readonly row: number;
  readonly column: number;
}

/** A layer of an index, its numbers over all parts that are there. */
export interface LayerOfIndex {
  readonly index: PhotoIndex;
  readonly layer: IndexedLayer;
  readonly summary: LayerSummary;
}

/** @throws UserError where there is no such layer in the index, or it has no photos yet */
export async function openLayer(index: PhotoIndex, name: string): Promise<LayerOfIndex> {
  const layer = indexedLayerNamed(index, name);
  if (index.parts.length === 0) {
    throw new UserError(`${index.store}: no part of the index is whole yet; run unpool index to its end`);
  }
  return { index, layer, summary: await index.layer(name) };
}

/**
 * A map's strongest photos, the strongest first; of equal values the earlier photo, then the earlier place.
 * @param count at most as many as the index keeps
 * @throws UserError where the layer has no such map, or the index keeps fewer
 */
export function topUnits(
  { index, layer, summary }: LayerOfIndex,
  map: number,
  count: number,
): readonly TopUnit[] {
  const { strongest: kept } = index.manifest;
  if (map >= layer.maps) {
    throw new UserError(
      `${index.store}: there is no map ${map}: layer '${layer.name}' has maps 0 to ${layer.maps - 1}`,
    );
  }
  if (count > kept) {
    throw new UserError(`${index.store}: the index keeps ${kept} photos a map, not ${count}`);
  }
  const { filled, photos, values, places } = summary.strongest;
  return Array.from({ length: Math.min(count, filled[map] ?? 0) }, (_, rank) => {
    const at = map * kept + rank;
    const place = places[at] ?? 0;
    return {
      map,
      rank: rank + 1,
      photo: photos[at] ?? 0,
      value: values[at] ?? 0,
      row: Math.floor(place / layer.columns),
      column: place % layer.columns,
    };
  });
}

/** The photos that units are the strongest of, by their numbers. */
export async function photosOfUnits(
  index: PhotoIndex,
  units: readonly TopUnit[],
): Promise<ReadonlyMap<number, PhotoRow>> {
  const rows = await index.photos(new Set(units.map(({ photo }) => photo)));
  return new Map(rows.map((row) => [row.photo, row]));
}
