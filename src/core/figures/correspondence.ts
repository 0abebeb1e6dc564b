/** How consistently parts change features, as bars: a group for each layer, a bar for each part, with its deviation. */

import type { Correspondence } from '../analysis/photoSet/correspondence.js';
import type { RgbImage } from '../imaging/image.js';
import { plain } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';
import { GROUP_COLOURS, OTHERS } from './setMap.js';

const [HEIGHT, MARGIN, BAR, SPACE] = [360, 24, 36, 12];
const INK: Rgb = [60, 60, 60];

/** The colour of each row's bar and what it is called; random places are grey. */
export function rowColour(row: number, part: string | undefined): readonly [string, Rgb] {
  return part === undefined ? OTHERS : (GROUP_COLOURS[row % GROUP_COLOURS.length] ?? OTHERS);
}

/** The value that the picture's full height stands for: the largest mean with its deviation. */
export function heightOf({ rows }: Correspondence): number {
  const tops = rows.flatMap(({ layers }) => layers.map(({ mean, deviation }) => mean + deviation));
  return Math.max(0, ...tops.filter(Number.isFinite));
}

export function correspondenceFigure(result: Correspondence): RgbImage {
  const { rows, layers } = result;
  const group = rows.length * BAR + 2 * SPACE;
  const picture = plain(2 * MARGIN + layers.length * group, HEIGHT);
  const unit = (HEIGHT - 2 * MARGIN) / (heightOf(result) || 1);
  const base = HEIGHT - MARGIN;
  const fill = (left: number, right: number, from: number, to: number, colour: Rgb): void => {
    for (let row = Math.round(from); row < Math.round(to); row++) {
      for (let column = left; column < right; column++) {
        picture.data.set(colour, (row * picture.width + column) * 3);
      }
    }
  };
  layers.forEach((_, layer) => {
    rows.forEach(({ part, layers: found }, row) => {
      const { mean = NaN, deviation = NaN } = found[layer] ?? {};
      const left = MARGIN + layer * group + SPACE + row * BAR;
      if (Number.isFinite(mean)) {
        fill(left + 2, left + BAR - 2, base - mean * unit, base, rowColour(row, part)[1]);
        const centre = left + BAR / 2;
        const [high, low] = [base - (mean + deviation) * unit, base - Math.max(0, mean - deviation) * unit];
        fill(centre - 1, centre + 1, high, low, INK);
        fill(centre - 6, centre + 6, high, high + 2, INK);
        fill(centre - 6, centre + 6, low - 2, low, INK);
      }
    });
  });
  fill(MARGIN, picture.width - MARGIN, base, base + 2, INK);
  return picture;
}
