/** What the maps of a layer cost when they are switched off, as bars. */

import { ranked } from '../analysis/photoSet/ablation.js';
import type { AblationResult } from '../analysis/photoSet/ablation.js';
import { numberPicture } from '../imaging/digits.js';
import type { RgbImage } from '../imaging/image.js';
import { paste, plain } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';

const DOT = 2;
const ROW = 14;
const GAP = 6;
/** Of the longest bar. */
const LENGTH = 400;
/** Rows of a column of bars. */
const ROWS = 64;
const LOSS: Rgb = [178, 58, 48];
const GAIN: Rgb = [52, 110, 168];
const AXIS: Rgb = [150, 150, 150];

/**
 * A bar a map beside its number, the most needed first, column by column: to the right in red what is lost of the class's
 * mean probability, to the left in blue what is won without the map. The longest bar is as long as the figure allows.
 */
export function ablationFigure(result: Pick<AblationResult, 'parts' | 'sums'>): RgbImage {
  const rows = ranked(result);
  const numbers = rows.map(({ part }) => numberPicture(part.maps[0] ?? 0, DOT));
  const digits = Math.max(1, ...numbers.map(({ width }) => width));
  const largest = Math.max(1e-12, ...rows.map(({ lost }) => Math.abs(lost)));
  const longest = (sign: number): number =>
    Math.round(Math.max(0, ...rows.map(({ lost }) => (sign * lost) / largest)) * LENGTH);
  const [gains, losses] = [longest(-1), longest(1)];
  const width = digits + 2 * GAP + gains + 1 + losses + 2 * GAP;
  const columns = Math.max(1, Math.ceil(rows.length / ROWS));
  const picture = plain(columns * width, Math.min(rows.length, ROWS) * ROW + 2 * GAP);
  rows.forEach(({ lost }, place) => {
    const x = Math.floor(place / ROWS) * width + GAP;
    const y = (place % ROWS) * ROW + GAP;
    const number = numbers[place] ?? plain(1, 1);
    paste(picture, number, x + digits - number.width, y + ((ROW - number.height) >> 1));
    const axis = x + digits + GAP + gains;
    const length = Math.round((Math.abs(lost) / largest) * LENGTH);
    if (length > 0) {
      paste(
        picture,
        plain(length, ROW - 4, lost > 0 ? LOSS : GAIN),
        lost > 0 ? axis + 1 : axis - length,
        y + 2,
      );
    }
    paste(picture, plain(1, ROW, AXIS), axis, y);
  });
  return picture;
}
