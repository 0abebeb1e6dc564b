/** Figure 4, right, of Krizhevsky et al. 2012: a column of queries, and on the right of each the photos nearest to it. */

import type { RgbImage } from '../imaging/image.js';
import { paste, plain } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';
import { resample } from '../imaging/resample.js';
import { crossedTile } from './topPhotos.js';

/** Whether a neighbour's label is the query's; undefined where one of them has none. */
export interface NeighbourTile {
  /** Undefined for a photo that cannot be shown. */
  readonly photo: RgbImage | undefined;
  readonly agrees: boolean | undefined;
}

export interface NeighbourRow {
  readonly query: RgbImage | undefined;
  readonly neighbours: readonly NeighbourTile[];
}

/** Side of a photo, width of its frame, and what lies between photos, and behind the queries. */
const SIDE = 96;
const FRAME = 4;
const GAP = 4;
const BEHIND_QUERIES = 20;
/** Dashes of the frame around another label: colours are not all that tells. */
const DASH = 8;
const SAME: Rgb = [0, 114, 178];
const OTHER: Rgb = [213, 94, 0];

/** Frames are whole and blue around neighbours with the query's label, dashed and orange around those with another one. */
export function neighboursFigure(rows: readonly NeighbourRow[]): RgbImage {
  const cell = SIDE + 2 * FRAME;
  const most = Math.max(0, ...rows.map(({ neighbours }) => neighbours.length));
  const left = GAP + cell + BEHIND_QUERIES;
  const sheet = plain(left + most * (cell + GAP), GAP + Math.max(1, rows.length) * (cell + GAP));
  rows.forEach(({ query, neighbours }, row) => {
    const top = GAP + row * (cell + GAP);
    paste(sheet, framed(query, undefined), GAP, top);
    neighbours.forEach(({ photo, agrees }, place) => {
      paste(sheet, framed(photo, agrees), left + place * (cell + GAP), top);
    });
  });
  return sheet;
}

function framed(photo: RgbImage | undefined, agrees: boolean | undefined): RgbImage {
  const cell = plain(SIDE + 2 * FRAME, SIDE + 2 * FRAME);
  if (agrees !== undefined) {
    for (let y = 0; y < cell.height; y++) {
      for (let x = 0; x < cell.width; x++) {
        if (agrees || (Math.floor(x / DASH) + Math.floor(y / DASH)) % 2 === 0) {
          cell.data.set(agrees ? SAME : OTHER, (y * cell.width + x) * 3);
        }
      }
    }
  }
  paste(cell, photo === undefined ? crossedTile(SIDE) : square(photo), FRAME, FRAME);
  return cell;
}

/** The middle of a photo. */
function square(photo: RgbImage): RgbImage {
  const scale = SIDE / Math.min(photo.width, photo.height);
  const [width, height] = [photo.width, photo.height].map((side) => Math.max(SIDE, Math.round(side * scale)));
  const frame = { left: ((width ?? SIDE) - SIDE) >> 1, top: ((height ?? SIDE) - SIDE) >> 1 };
  return resample(photo, width ?? SIDE, height ?? SIDE, { ...frame, width: SIDE, height: SIDE });
}
