/** Drawing a confusion matrix. */

import { rgb } from 'd3-color';

import { l10n } from '../../common/host.js';
import type { Theme } from '../../common/theme.js';
import type { Part, Place } from './matrixGeometry.js';

export interface MatrixCell extends Place {
  readonly photos: number;
  /** Of the photos of its row. */
  readonly share: number;
}

export interface MatrixScene {
  /** Classes that occur, in order, and their names. */
  readonly classes: readonly number[];
  readonly names: readonly string[];
  /** That are not empty. */
  readonly cells: readonly MatrixCell[];
  readonly part: Part;
  readonly chosen: Place | undefined;
}

/** The square that the cells fill, in CSS pixels of the canvas. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Names are written where their rows are as high, in CSS pixels, counts where cells are as large. */
const NAME_FROM = 11;
const COUNT_FROM = 22;
const LEFT = 118;
const TOP = 96;
/** Beside the axes' titles alone. */
const BARE = 20;
/** Cells that are smaller are drawn as large. */
const SMALLEST = 1.5;
const SMALLEST_MARK = 8;

/** @param width of the canvas */
export function plotOf({ part }: Pick<MatrixScene, 'part'>, width: number): Plot {
  const isNamed = (width - LEFT) / part.span >= NAME_FROM;
  const left = isNamed ? LEFT : BARE;
  return { left, top: isNamed ? TOP : BARE, side: Math.max(1, width - left - 1) };
}

export function paintMatrix(
  canvas: HTMLCanvasElement,
  scene: MatrixScene,
  width: number,
  theme: Theme,
): void {
  const plot = plotOf(scene, width);
  const height = plot.top + plot.side + 1;
  const density = window.devicePixelRatio;
  canvas.width = Math.round(width * density);
  canvas.height = Math.round(height * density);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (context === null) {
    return;
  }
  context.scale(density, density);
  const cell = plot.side / scene.part.span;
  paintAxes(context, scene, plot, theme, cell);
  context.save();
  context.beginPath();
  context.rect(plot.left, plot.top, plot.side, plot.side);
  context.clip();
  const at = ({ column, row }: Place): readonly [number, number] => [
    plot.left + (column - scene.part.left) * cell,
    plot.top + (row - scene.part.top) * cell,
  ];
  paintCells(context, scene, theme, cell, at);
  if (scene.chosen !== undefined) {
    const [x, y] = at(scene.chosen);
    const grown = Math.max(0, SMALLEST_MARK - cell) / 2;
    context.strokeStyle = theme.foreground;
    context.lineWidth = 2;
    context.strokeRect(x - grown, y - grown, cell + 2 * grown, cell + 2 * grown);
  }
  context.restore();
  context.strokeStyle = theme.muted;
  context.lineWidth = 1;
  context.strokeRect(plot.left - 0.5, plot.top - 0.5, plot.side + 1, plot.side + 1);
}

function paintCells(
  context: CanvasRenderingContext2D,
  { cells, part }: MatrixScene,
  theme: Theme,
  cell: number,
  at: (place: Place) => readonly [number, number],
): void {
  const size = Math.max(SMALLEST, cell - (cell > 6 ? 1 : 0));
  context.font = `${theme.fontSize - 2}px ${theme.fontFamily}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  // Where cells are drawn larger than they are, what is right lies above.
  for (const each of [...cells].sort((a, b) => Number(a.row === a.column) - Number(b.row === b.column))) {
    const isSeen =
      each.column + 1 > part.left &&
      each.column < part.left + part.span &&
      each.row + 1 > part.top &&
      each.row < part.top + part.span;
    if (isSeen) {
      const [x, y] = at(each);
      const colour = mixed(
        theme.background,
        each.row === each.column ? theme.series : theme.warning,
        // What is rare is still seen.
        0.15 + 0.85 * Math.sqrt(each.share),
      );
      context.fillStyle = colour.formatRgb();
      context.fillRect(x, y, size, size);
      if (cell >= COUNT_FROM) {
        context.fillStyle = isLight(colour) ? 'black' : 'white';
        context.fillText(each.photos.toLocaleString(), x + cell / 2, y + cell / 2, cell - 4);
      }
    }
  }
}

function mixed(from: string, to: string, share: number): ReturnType<typeof rgb> {
  const [a, b] = [rgb(from), rgb(to)];
  const mix = (one: number, other: number): number => Math.round(one + (other - one) * share);
  return rgb(mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b));
}

/** Whether black is easier to read on it than white: WCAG's relative luminance above 0.18. */
function isLight({ r, g, b }: ReturnType<typeof rgb>): boolean {
  const [red, green, blue] = [r, g, b].map((level) =>
    level <= 10 ? level / 255 / 12.92 : ((level / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * (red ?? 0) + 0.7152 * (green ?? 0) + 0.0722 * (blue ?? 0) > 0.18;
}

function paintAxes(
  context: CanvasRenderingContext2D,
  { names, part }: MatrixScene,
  plot: Plot,
  theme: Theme,
  cell: number,
): void {
  context.font = `${theme.fontSize - 2}px ${theme.fontFamily}`;
  context.textBaseline = 'middle';
  const isNamed = plot.left > BARE;
  if (!isNamed) {
    context.fillStyle = theme.muted;
    context.textAlign = 'center';
    context.fillText(l10n('taken for'), plot.left + plot.side / 2, BARE / 2);
    context.save();
    context.translate(BARE / 2, plot.top + plot.side / 2);
    context.rotate(-Math.PI / 2);
    context.fillText(l10n('class'), 0, 0);
    context.restore();
    return;
  }
  context.fillStyle = theme.foreground;
  const [first, last] = [Math.ceil(part.left - 0.5), Math.ceil(part.left + part.span - 0.5)];
  for (let column = first; column < last; column++) {
    context.save();
    context.translate(plot.left + (column + 0.5 - part.left) * cell, plot.top - 4);
    context.rotate(-Math.PI / 2);
    context.textAlign = 'left';
    context.fillText(cut(context, names[column] ?? '', TOP - 8), 0, 0);
    context.restore();
  }
  context.textAlign = 'right';
  const [top, bottom] = [Math.ceil(part.top - 0.5), Math.ceil(part.top + part.span - 0.5)];
  for (let row = top; row < bottom; row++) {
    const text = cut(context, names[row] ?? '', LEFT - 8);
    context.fillText(text, plot.left - 4, plot.top + (row + 0.5 - part.top) * cell);
  }
}

/** The text, cut off where it is longer. */
function cut(context: CanvasRenderingContext2D, text: string, width: number): string {
  let shown = text;
  while (shown.length > 1 && context.measureText(shown).width > width) {
    shown = `${shown.slice(0, -2)}…`;
  }
  return shown;
}
