/** Figure 5 of Zeiler & Fergus 2013: transformed photos, distances of layers, and the probability of the class. */

import { classProbabilityCurves, relativeDistances } from '../analysis/photoSet/invarianceCurves.js';
import type { Curves } from '../analysis/photoSet/invarianceCurves.js';
import type { Invariance } from '../analysis/photoSet/invariance.js';
import type { RgbImage } from '../imaging/image.js';
import { grid, paste, plain } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';
import { GROUP_COLOURS } from './setMap.js';

const [WIDTH, HEIGHT, MARGIN] = [360, 280, 20];
const INK: Rgb = [60, 60, 60];
const BAND: Rgb = [228, 228, 228];
/** More lines are no longer told apart: the mean and its band stand alone. */
const MOST_LINES = 40;

/** What the full height of each chart stands for: those of the layers, in order, then 1 of the probability. */
export function invarianceHeights(result: Invariance): readonly number[] {
  return [...result.layers.map((_, layer) => topOf(relativeDistances(result, layer))), 1];
}

/**
 * The photos in a row, below it a chart for each layer and one of the probability: a coloured line a photo, the mean in
 * dark with its standard deviation as a grey band, values of the transform from left to right.
 * @param photos one photo as some of the values transform it
 */
export function invarianceFigure(result: Invariance, photos: readonly RgbImage[]): RgbImage {
  const measures = [
    ...result.layers.map((_, layer) => relativeDistances(result, layer)),
    classProbabilityCurves(result),
  ];
  const heights = invarianceHeights(result);
  const charts = measures.map((curves, at) => chart(curves, result.values, heights[at] ?? 1));
  const [row, below] = [grid(photos, photos.length, 8), grid(charts, charts.length, 0)];
  const picture = plain(Math.max(row.width, below.width), row.height + below.height);
  paste(picture, row, 0, 0);
  paste(picture, below, 0, row.height);
  return picture;
}

function topOf({ each, mean, deviation }: Curves): number {
  const tops = [...each.flat(), ...mean.map((value, at) => value + (deviation[at] ?? 0))];
  return tops.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0) || 1;
}

function chart({ each, mean, deviation }: Curves, values: readonly number[], top: number): RgbImage {
  const picture = plain(WIDTH, HEIGHT);
  const base = HEIGHT - MARGIN;
  const [from = 0, to = 0] = [values[0], values.at(-1)];
  const xOf = (value: number): number =>
    MARGIN + (to === from ? 0.5 : (value - from) / (to - from)) * (WIDTH - 2 * MARGIN);
  const yOf = (value: number): number =>
    base - (Math.min(top, Math.max(0, value)) / top) * (HEIGHT - 2 * MARGIN);
  const block = (x: number, high: number, low: number, colour: Rgb): void => {
    for (let y = Math.round(high); y <= Math.round(low); y++) {
      picture.data.set(colour, (y * WIDTH + Math.round(x)) * 3);
    }
  };
  /** Column by column between neighbours, so that steep lines have no gaps. */
  const between = (
    curve: readonly number[],
    draw: (x: number, value: number, next: number) => void,
  ): void => {
    for (let at = 0; at < curve.length; at++) {
      const [value = NaN, next = value] = [curve[at], curve[at + 1]];
      const [left, right] = [xOf(values[at] ?? NaN), xOf(values[at + 1] ?? values[at] ?? NaN)];
      const columns = Math.max(1, Math.round(right - left));
      for (let column = 0; column < columns && Number.isFinite(value + next); column++) {
        const mixed = (share: number): number => value + (next - value) * share;
        draw(left + column, mixed(column / columns), mixed((column + 1) / columns));
      }
    }
  };
  const line = (curve: readonly number[], colour: Rgb, thickness: number): void => {
    between(curve, (x, value, next) => {
      const [high, low] = [Math.min(yOf(value), yOf(next)), Math.max(yOf(value), yOf(next))];
      block(x, high, low + thickness - 1, colour);
    });
  };
  if (each.length > 1) {
    const upper = mean.map((value, at) => value + (deviation[at] ?? NaN));
    const lower: number[] = [];
    between(
      mean.map((value, at) => value - (deviation[at] ?? NaN)),
      (_, value) => lower.push(value),
    );
    let column = 0;
    between(upper, (x, value) => {
      block(x, yOf(value), yOf(lower[column++] ?? value), BAND);
    });
  }
  block(MARGIN, MARGIN, base, INK);
  for (let x = MARGIN; x <= WIDTH - MARGIN; x++) {
    block(x, base, base, INK);
  }
  if (each.length <= MOST_LINES) {
    each.forEach((curve, at) => {
      line(curve, GROUP_COLOURS[at % GROUP_COLOURS.length]?.[1] ?? INK, each.length > 1 ? 1 : 3);
    });
  }
  if (each.length > 1) {
    line(mean, INK, 3);
  }
  return picture;
}
