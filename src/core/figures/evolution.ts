/** Figure 4 of Zeiler & Fergus 2013: a row a map, a column an epoch; frames mark where another photo excites the map most. */

import type { WallTile } from '../analysis/models/mapWall.js';
import { numberPicture } from '../imaging/digits.js';
import type { RgbImage } from '../imaging/image.js';
import { grid, paste, plain, stretch } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';
import { resample } from '../imaging/resample.js';
import type { ImageInput } from '../network/imageInput.js';
import type { Preprocessing } from '../network/preprocessing.js';
import { patchPicture } from './projection.js';
import { kernelTile } from './thumbnails.js';
import { crossedTile } from './topPhotos.js';

/** Of a checkpoint's tiles in a figure; undefined for a map that answers no photo. */
export interface FigureTile {
  readonly picture: RgbImage | undefined;
  readonly jumped: boolean;
}

/** Pixels of a tile's side, its frame aside. */
const TILE = 96;
/** Around a tile: white, or the mark of a jump. */
const FRAME = 4;
const JUMP: Rgb = [222, 106, 16];
const SILENT: Rgb = [236, 236, 236];
/** Around what a unit at the border sees. */
const BEYOND: Rgb = [128, 128, 128];
/** Side of the squares that numbers are drawn in. */
const DOT = 3;
const GAP = 6;

/** A tile as a picture of one size for all of a figure: a projection with its own contrast, zero in mid-grey. */
export function figureTile(tile: WallTile, input: ImageInput, preprocessing: Preprocessing): FigureTile {
  switch (tile.kind) {
    case 'projection': {
      const picture = patchPicture(tile.projection, input, preprocessing, tile.window);
      return { picture: fittedTile(picture), jumped: tile.jumped };
    }
    case 'kernel':
      return { picture: fittedTile(kernelTile(tile.weights, 0, preprocessing)), jumped: false };
    case 'lost':
      return { picture: crossedTile(TILE), jumped: false };
    case 'silent':
      return { picture: undefined, jumped: false };
  }
}

/** @param columns by epoch, tiles in the order of the maps */
export function evolutionFigure(
  maps: readonly number[],
  columns: readonly { readonly epoch: number; readonly tiles: readonly FigureTile[] }[],
): RgbImage {
  const side = TILE + 2 * FRAME;
  const blank = plain(TILE, TILE, SILENT);
  const cells = maps.flatMap((_, row) =>
    columns.map(({ tiles }) => {
      const { picture = blank, jumped = false } = tiles[row] ?? {};
      const cell = plain(side, side, jumped ? JUMP : undefined);
      paste(cell, picture, FRAME, FRAME);
      return cell;
    }),
  );
  const wall = grid(cells, columns.length, GAP);
  const rowNames = maps.map((map) => numberPicture(map, DOT));
  const [left, top] = [Math.max(0, ...rowNames.map(({ width }) => width)) + GAP, 5 * DOT + GAP];
  const sheet = plain(left + wall.width, top + wall.height);
  paste(sheet, wall, left, top);
  rowNames.forEach((name, row) => {
    paste(sheet, name, left - name.width, top + GAP + row * (side + GAP) + ((side - name.height) >> 1));
  });
  columns.forEach(({ epoch }, column) => {
    const name = numberPicture(epoch, DOT);
    const middle = left + GAP + column * (side + GAP) + (side >> 1);
    paste(sheet, name, Math.min(sheet.width - name.width, middle - (name.width >> 1)), GAP);
  });
  return sheet;
}

/** In the middle of a square tile, as large as fits: what a unit sees at a photo's border need not be square. */
export function fittedTile(picture: RgbImage): RgbImage {
  const side = Math.max(picture.width, picture.height);
  const square = plain(side, side, BEYOND);
  paste(square, picture, (side - picture.width) >> 1, (side - picture.height) >> 1);
  return (side > TILE ? resample : stretch)(square, TILE, TILE);
}
