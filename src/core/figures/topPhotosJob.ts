/** The figure of a layer's top photos, made from an index. */

import { topPatchesJob, windowOfUnit } from '../analysis/photoSet/topPatches.js';
import type { TopPatchesRequest } from '../analysis/photoSet/topPatches.js';
import { topUnits } from '../analysis/photoSet/topUnits.js';
import type { LayerOfIndex, TopUnit } from '../analysis/photoSet/topUnits.js';
import type { RgbImage } from '../imaging/image.js';
import type { Job } from '../jobs/job.js';
import type { Network } from '../network/network.js';
import type { PhotoProblem } from '../store/photoIndex.js';
import { tileScale, topPhotosFigure, topTiles } from './topPhotos.js';
import type { TopTiles } from './topPhotos.js';

export interface TopFigureRequest extends Pick<TopPatchesRequest, 'set' | 'threads'> {
  readonly maps: readonly number[];
  /** Photos of each map. */
  readonly count: number;
}

export interface TopFigure {
  readonly picture: RgbImage;
  /** How many photos are in it, those that cannot be shown among them. */
  readonly photos: number;
  /** Photos that are crossed out. */
  readonly problems: readonly PhotoProblem[];
}

/**
 * Draws maps of a layer in the order in which they are given. A photo that a rectified map does not answer excites nothing:
 * its place stays empty.
 * @throws UserError where the layer has no such map, or the index keeps fewer photos; the job throws as `topPatchesJob` does
 */
export function topFigureJob(
  network: Network,
  opened: LayerOfIndex,
  { maps, count, set, threads }: TopFigureRequest,
): Job<never, TopFigure> {
  const { index, layer } = opened;
  const shown = maps.map((map) => ({
    map,
    units: topUnits(opened, map, count).filter(({ value }) => value !== 0),
  }));
  const units = shown.flatMap((each) => each.units);
  const patches = topPatchesJob(network, { index, layer, units, set, threads });
  return {
    key: `${patches.key} as a figure`,
    run: async (context) => {
      const scale = tileScale(units.map((unit) => windowOfUnit(network, layer, unit)));
      const tiles = new Map<TopUnit, TopTiles>();
      const problems = await patches.run({
        ...context,
        partial: (some) => {
          for (const each of some) {
            if ('problem' in each || 'projection' in each) {
              tiles.set(each.unit, topTiles(each, network.input, index.manifest.preprocessing, scale));
            }
          }
        },
      });
      const drawn = shown.map(({ map, units: own }) => ({
        map,
        tiles: own.flatMap((unit) => tiles.get(unit) ?? []),
      }));
      const photos = new Set(units.map(({ photo }) => photo)).size;
      return { picture: topPhotosFigure(drawn, count), photos, problems };
    },
  };
}
