/** Colours and dashes that tell the curves apart; the dashes alone do where a theme has few colours. */

import { rgb } from 'd3-color';

const COLOURS = ['blue', 'orange', 'green', 'red', 'purple', 'yellow'];
const DASHES: readonly (readonly number[])[] = [[], [6, 3], [2, 2], [10, 3, 2, 3]];

export interface Stroke {
  readonly colour: string;
  readonly dash: readonly number[];
}

/** The stroke of curve number `place`: six colours, then the same dashed. */
export function strokeOf(place: number): Stroke {
  const style = getComputedStyle(document.body);
  const name = COLOURS[place % COLOURS.length] ?? '';
  const colour = style.getPropertyValue(`--vscode-charts-${name}`).trim();
  return {
    // Orange is half transparent in most themes, for it marks what is found in texts.
    colour: colour === '' ? style.color : rgb(colour).copy({ opacity: 1 }).formatRgb(),
    dash: DASHES[Math.floor(place / COLOURS.length) % DASHES.length] ?? [],
  };
}
