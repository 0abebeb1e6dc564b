/** The panels of Zeiler & Fergus's figure 7. */

import type { OcclusionResult } from '../analysis/photo/occlusionResult.js';
import { INFERNO, VIRIDIS } from '../imaging/colour.js';
import type { ColourMap } from '../imaging/colour.js';
import type { RgbImage } from '../imaging/image.js';
import { blend, mapPicture, paste, plain, stretch } from '../imaging/picture.js';
import { rgb } from 'd3-color';
import { schemeTableau10 } from 'd3-scale-chromatic';
import { nearestDone } from '../occlusion/positions.js';
import type { PositionGrid } from '../occlusion/positions.js';

/** A value a position as colours, one pixel a position; positions not computed yet show their neighbour's. */
export function heatPicture({ grid, done }: OcclusionResult, values: Float32Array, map: ColourMap): RgbImage {
  const nearest = nearestDone(grid, done);
  const filled = values.map((_, index) => values[nearest[index] ?? -1] ?? NaN);
  return mapPicture(filled, grid.rows, grid.columns, map);
}

/** Probability of the class by occluder position: dark where covering the photo takes the class away. */
export function probabilityPicture(result: OcclusionResult): RgbImage {
  return heatPicture(result, result.probability, VIRIDIS);
}

/** Summed activity of the followed map by occluder position. */
export function activityPicture(result: OcclusionResult): RgbImage {
  return heatPicture(result, result.activity, INFERNO);
}

/** The classes that become most probable somewhere, most frequent first. */
export function labelLegend({
  label,
  done,
}: OcclusionResult): readonly { classIndex: number; share: number }[] {
  const counts = new Map<number, number>();
  label.forEach((classIndex, index) => {
    if (done[index] === 1) {
      counts.set(classIndex, (counts.get(classIndex) ?? 0) + 1);
    }
  });
  const total = done.reduce((sum, value) => sum + value, 0);
  return [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .map(([classIndex, count]) => ({ classIndex, share: count / total }));
}

/** Colour of the `rank`-th class of the legend; further ones share the last. */
export function legendColour(rank: number): readonly [number, number, number] {
  const { r, g, b } = rgb(schemeTableau10[Math.min(rank, schemeTableau10.length - 1)] ?? '#888');
  return [r, g, b];
}

/** The most probable class by occluder position, in the legend's colours. */
export function labelPicture(result: OcclusionResult): RgbImage {
  const { grid, label, done } = result;
  const ranks = new Map(labelLegend(result).map(({ classIndex }, rank) => [classIndex, rank]));
  const nearest = nearestDone(grid, done);
  const data = Uint8Array.from(
    [...nearest].flatMap((index) =>
      index < 0 ? [128, 128, 128] : legendColour(ranks.get(label[index] ?? -1) ?? 0),
    ),
  );
  return { width: grid.columns, height: grid.rows, data };
}

/**
 * A picture of positions laid over the photo: each position is drawn at the middle of its occluder, the photo
 * around it stays bare.
 */
export function overPhoto(photo: RgbImage, picture: RgbImage, grid: PositionGrid, opacity: number): RgbImage {
  const { size, stride, rows, columns } = grid;
  const left = Math.max(0, Math.round(size / 2 - stride / 2));
  const area = stretch(
    picture,
    Math.min(photo.width - left, columns * stride),
    Math.min(photo.height - left, rows * stride),
  );
  const layer = { ...photo, data: photo.data.slice() };
  paste(layer, area, left, left);
  return blend(photo, layer, opacity);
}

/** The figure's panels beside each other on white, each as high as the photo. */
export function figureSeven(
  result: OcclusionResult,
  photo: RgbImage,
  mapProjection: RgbImage | undefined,
): RgbImage {
  const panels = [
    photo,
    ...(result.map ? [overPhoto(photo, activityPicture(result), result.grid, 0.75)] : []),
    ...(mapProjection ? [mapProjection] : []),
    overPhoto(photo, probabilityPicture(result), result.grid, 0.75),
    overPhoto(photo, labelPicture(result), result.grid, 0.75),
  ];
  const gap = 6;
  const sheet = plain(gap + panels.length * (photo.width + gap), photo.height + 2 * gap);
  panels.forEach((panel, index) => {
    paste(sheet, panel, gap + index * (photo.width + gap), gap);
  });
  return sheet;
}
