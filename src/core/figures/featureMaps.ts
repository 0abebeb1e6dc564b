/** Feature maps as a picture: one tile a map. */

import type { FeatureMaps } from '../analysis/photo/featureMaps.js';
import { VIRIDIS } from '../imaging/colour.js';
import type { RgbImage } from '../imaging/image.js';
import { rangeWithin } from './contrast.js';
import { enlarge, grid, mapPicture } from '../imaging/picture.js';

const TILE = 48;

/** The sheet of all maps, channel by channel, on the layer's common scale without its few extremes. */
export function featureMapSheet({ maps }: Pick<FeatureMaps, 'maps'>): RgbImage {
  const range = rangeWithin(maps.data);
  const [, channels = 0, height = 1, width = 1] = maps.shape;
  const pixels = height * width;
  const factor = Math.max(1, Math.floor(TILE / Math.max(height, width)));
  const tiles = Array.from({ length: channels }, (_, channel) =>
    enlarge(
      mapPicture(maps.data.subarray(channel * pixels, (channel + 1) * pixels), height, width, VIRIDIS, range),
      factor,
    ),
  );
  return grid(tiles, columnsOf(channels));
}

/** A sheet at most twice as wide as it is high, its last row full where the number of maps allows it. */
function columnsOf(maps: number): number {
  const least = Math.ceil(Math.sqrt(maps));
  const most = Math.floor(Math.sqrt(2 * maps));
  const widths = Array.from({ length: most - least + 1 }, (_, more) => least + more);
  return widths.find((width) => maps % width === 0) ?? least;
}
