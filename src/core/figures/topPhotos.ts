/** Figure 2 of Zeiler & Fergus 2013: for each map its strongest photos' projections beside the patches that they are of. */

import type { LostPatch, ProjectedPatch } from '../analysis/photoSet/topPatches.js';
import { numberPicture } from '../imaging/digits.js';
import type { RgbImage } from '../imaging/image.js';
import { enlarge, grid, paste, plain } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';
import { resample } from '../imaging/resample.js';
import type { ImageInput } from '../network/imageInput.js';
import type { Preprocessing } from '../network/preprocessing.js';
import type { PixelWindow } from '../network/receptiveWindow.js';
import { patchPicture } from './projection.js';

/** A unit's two tiles, of one size for all of a figure. */
export interface TopTiles {
  readonly projection: RgbImage;
  readonly patch: RgbImage;
}

/** A map: its number, and the tiles of its strongest photos, the strongest first. */
export interface TopMapTiles {
  readonly map: number;
  readonly tiles: readonly TopTiles[];
}

/** Side of a tile in pixels, at most. */
const TILE = 96;
/** Around what a unit at the border sees. */
const BEYOND: Rgb = [128, 128, 128];
const BETWEEN_PATCHES = 2;
/** Of what lies between patches: photos on white end there. */
const LINES: Rgb = [176, 176, 176];
const BETWEEN_HALVES = 6;
const BETWEEN_MAPS = 14;
/** Side of the squares that map numbers are drawn in. */
const DOT = 3;
const HOLE: readonly [ground: Rgb, cross: Rgb] = [
  [236, 236, 236],
  [176, 32, 32],
];

/** How large the tiles of units with these windows are: all alike, the largest window as large as a tile may be. */
export function tileScale(windows: readonly PixelWindow[]): {
  readonly side: number;
  readonly factor: number;
} {
  const side = Math.max(
    1,
    ...windows.map(({ top, left, bottom, right }) => Math.max(bottom - top, right - left)),
  );
  return { side, factor: side > TILE ? TILE / side : Math.floor(TILE / side) };
}

/**
 * The tiles of a unit; of one whose photo has changed or is gone, crossed ones. A projection has its own contrast, that of
 * the percentile of its absolute values, zero in mid-grey.
 * @param scale of the figure (`tileScale`)
 */
export function topTiles(
  patch: ProjectedPatch | LostPatch,
  input: ImageInput,
  preprocessing: Preprocessing,
  scale: { readonly side: number; readonly factor: number },
): TopTiles {
  if ('problem' in patch) {
    const hole = crossedTile(Math.round(scale.side * scale.factor));
    return { projection: hole, patch: hole };
  }
  const { projection, window } = patch;
  return {
    projection: patchTile(patchPicture(projection, input, preprocessing, window), scale),
    patch: patchTile(patch.patch, scale),
  };
}

/** A picture in the middle of a tile: what a unit sees at the photo's border is smaller than the others. */
export function patchTile(
  picture: RgbImage,
  { side, factor }: { readonly side: number; readonly factor: number },
): RgbImage {
  const whole = plain(side, side, BEYOND);
  paste(whole, picture, (side - picture.width) >> 1, (side - picture.height) >> 1);
  return factor >= 1 ? enlarge(whole, factor) : resample(whole, TILE, TILE);
}

/** What stands for a photo that has changed or is gone. */
export function crossedTile(side: number): RgbImage {
  const [ground, cross] = HOLE;
  const hole = plain(side, side, ground);
  for (let at = 0; at < side; at++) {
    hole.data.set(cross, (at * side + at) * 3);
    hole.data.set(cross, (at * side + side - 1 - at) * 3);
  }
  return hole;
}

/**
 * The maps in a grid, in their order: above each its number, on its left the projections, on its
 * right the patches. Places of photos that a map does not have stay white.
 * @param count photos of a map, nine in the paper
 */
export function topPhotosFigure(maps: readonly TopMapTiles[], count: number): RgbImage {
  const side = maps.flatMap(({ tiles }) => tiles)[0]?.patch.width ?? TILE;
  const blank = plain(side, side);
  const columns = Math.ceil(Math.sqrt(count));
  const blocks = maps.map(({ map, tiles }) => {
    const halves = (['projection', 'patch'] as const).map((half) => {
      const places = Array.from({ length: count }, (_, place) => tiles[place]?.[half] ?? blank);
      return grid(places, columns, BETWEEN_PATCHES, LINES);
    });
    const pair = grid(halves, 2, BETWEEN_HALVES - BETWEEN_PATCHES);
    const number = numberPicture(map, DOT);
    const indent = BETWEEN_HALVES;
    const block = plain(Math.max(pair.width, indent + number.width), number.height + pair.height);
    paste(block, number, indent, 0);
    paste(block, pair, 0, number.height);
    return block;
  });
  return grid(blocks, columnsOf(blocks.length), BETWEEN_MAPS);
}

/** Blocks are twice as wide as high: as high as wide or wider, the last row full where the number of maps allows it. */
function columnsOf(maps: number): number {
  const least = Math.ceil(Math.sqrt(maps / 2));
  const widths = Array.from({ length: Math.floor(Math.sqrt(maps)) - least + 1 }, (_, more) => least + more);
  return widths.find((width) => maps % width === 0) ?? least;
}
