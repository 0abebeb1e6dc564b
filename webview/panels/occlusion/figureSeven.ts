/** All panels of the paper's figure 7 as one picture, for copying and saving. */

import { gradient } from '../../common/colourBar.js';
import type { ColourMap } from '../../common/colour.js';
import { currentTheme } from '../../common/theme.js';
import type { LegendEntry } from './legend.js';

/** What explains a panel's colours. */
export type Key =
  | { readonly kind: 'bar'; readonly map: ColourMap; readonly from: string; readonly to: string }
  | { readonly kind: 'legend'; readonly entries: readonly LegendEntry[] };

export interface FigurePanel {
  readonly title: string;
  readonly canvas: HTMLCanvasElement;
  readonly key?: Key;
}

const WIDTH = 360;
const GAP = 16;
const LINE = 20;

/** The panels beside each other, on the theme's background. */
export function figureSeven(panels: readonly FigurePanel[]): HTMLCanvasElement {
  const { background, foreground, fontFamily } = currentTheme();
  const heightOf = ({ canvas }: FigurePanel): number => (WIDTH * canvas.height) / Math.max(1, canvas.width);
  const pictures = Math.max(...panels.map(heightOf));
  const lines = Math.max(1, ...panels.map(({ key }) => (key?.kind === 'legend' ? key.entries.length : 1)));
  const sheet = document.createElement('canvas');
  sheet.width = GAP + panels.length * (WIDTH + GAP);
  sheet.height = Math.ceil(GAP + LINE + pictures + GAP / 2 + lines * LINE + GAP / 2);
  const context = sheet.getContext('2d');
  if (context === null) {
    return sheet;
  }
  context.fillStyle = background;
  context.fillRect(0, 0, sheet.width, sheet.height);
  context.font = `13px ${fontFamily}`;
  context.textBaseline = 'middle';
  for (const [at, panel] of panels.entries()) {
    const left = GAP + at * (WIDTH + GAP);
    const top = GAP + LINE;
    context.fillStyle = foreground;
    context.textAlign = 'left';
    context.fillText(panel.title, left, GAP + LINE / 2 - 2, WIDTH);
    context.drawImage(panel.canvas, left, top, WIDTH, heightOf(panel));
    if (panel.key !== undefined) {
      drawKey(context, panel.key, left, top + pictures + GAP / 2, foreground);
    }
  }
  return sheet;
}

function drawKey(
  context: CanvasRenderingContext2D,
  key: Key,
  left: number,
  top: number,
  foreground: string,
): void {
  const middle = top + LINE / 2;
  if (key.kind === 'legend') {
    for (const [line, { colour, text }] of key.entries.entries()) {
      context.fillStyle = colour;
      context.fillRect(left, top + line * LINE + 4, 12, 12);
      context.fillStyle = foreground;
      context.fillText(text, left + LINE, middle + line * LINE, WIDTH - LINE);
    }
    return;
  }
  const [from, to] = [context.measureText(key.from).width + 8, context.measureText(key.to).width + 8];
  context.fillText(key.from, left, middle);
  context.drawImage(gradient(key.map), left + from, top + 5, WIDTH - from - to, 10);
  context.fillText(key.to, left + WIDTH - to + 8, middle);
}
