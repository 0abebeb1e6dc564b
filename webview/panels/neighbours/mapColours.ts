/** The colours of the map in VS Code's theme. */

import { rgb } from 'd3-color';

import { VIRIDIS } from '../../common/colour.js';
import { currentTheme } from '../../common/theme.js';

/** VS Code's colours for groups, in the order in which they are given out; what a theme leaves out is its foreground, as in the legend. */
const NAMES: readonly string[] = [
  'charts-blue',
  'charts-orange',
  'charts-green',
  'charts-red',
  'charts-purple',
  'charts-yellow',
  'terminal-ansiCyan',
  'terminal-ansiMagenta',
];

export interface MapColours {
  /** Those of groups, then the plain one and that of photos that are not shown. */
  readonly groups: Uint32Array;
  /** From the least activation to the largest, and that of photos that are not shown. */
  readonly activations: Uint32Array;
  readonly background: number;
  readonly foreground: number;
  /** Of lines, for the canvas. */
  readonly line: string;
  readonly mark: string;
}

/** How much of the plain and the hidden colour is the foreground. */
const PLAIN_SHARE = 0.4;
const HIDDEN_SHARE = 0.1;

export function mapColours(): MapColours {
  const style = getComputedStyle(document.body);
  const theme = currentTheme();
  const named = (name: string): string =>
    style.getPropertyValue(`--vscode-${name}`).trim() || theme.foreground;
  /** A colour over the background, which some themes' colours let through. @param share of it, at most */
  const mixed = (colour: string, share = 1): number => {
    const [from, to] = [rgb(theme.background), rgb(colour)];
    const part = (a: number, b: number): number => a + (b - a) * share * to.opacity;
    return pixel(part(from.r, to.r), part(from.g, to.g), part(from.b, to.b));
  };
  const scale = Array.from({ length: 255 }, (_, at) => {
    const place = Math.round((at * 255) / 254) * 3;
    return pixel(VIRIDIS[place] ?? 0, VIRIDIS[place + 1] ?? 0, VIRIDIS[place + 2] ?? 0);
  });
  return {
    groups: Uint32Array.from([
      ...NAMES.map((name) => mixed(named(name))),
      mixed(theme.foreground, PLAIN_SHARE),
      mixed(theme.foreground, HIDDEN_SHARE),
    ]),
    activations: Uint32Array.from([...scale, mixed(theme.foreground, HIDDEN_SHARE)]),
    background: mixed(theme.background),
    foreground: mixed(theme.foreground),
    line: theme.foreground,
    mark: theme.selected,
  };
}

/** As an ImageData has it on machines that put the lowest byte first, which all are that run VS Code. */
function pixel(red: number, green: number, blue: number): number {
  return ((255 << 24) | (Math.round(blue) << 16) | (Math.round(green) << 8) | Math.round(red)) >>> 0;
}
