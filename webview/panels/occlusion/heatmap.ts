/** A value at every position of the occluder, over the photo. */

import type { Chart, ChartConfiguration, Plugin } from 'chart.js';

import type { Picture } from '../../../src/protocol/view.js';
import { outline, pictureCanvas } from '../../common/canvas.js';
import type { Rectangle } from '../../common/rectangle.js';
import { chartBox } from '../../common/chart.js';
import { element } from '../../common/dom.js';
import { cellBox, cellsBox, moved, positionAt } from './geometry.js';
import type { Grid } from './geometry.js';

/**
 * Larger grids are drawn as a picture: Chart.js took 7 ms for 625 elements, 30 ms for 2,401, and there are three
 * heatmaps to draw for each partial result.
 */
const MOST_ELEMENTS = 1000;
/** CSS pixels by which cells overlap. */
const SEAM = 1;
/** Smaller marks would be overlooked, in CSS pixels. */
const SMALLEST_MARK = 8;

export interface Heat {
  readonly grid: Grid;
  readonly photo: Picture;
  /** A colour for each position; undefined where there is nothing to show yet. */
  readonly colours: readonly (string | undefined)[];
}

/** What lies over the cells. */
export interface Overlay {
  /** 0 shows the photo alone, 1 the cells alone. */
  readonly opacity: number;
  /** The position to point out. */
  readonly position: number | undefined;
}

export class HeatMap {
  private chart: Chart | undefined;
  /** The cells as Chart.js drew them, for the overlay moves much more often than they change. */
  private readonly cells = element('canvas');
  private drawn: Heat | undefined;
  private readonly box;
  readonly element: HTMLElement;

  /** @param choose the pointer or a key went to a position */
  constructor(
    private readonly shown: () => Heat,
    private readonly overlay: () => Overlay,
    private readonly choose: (position: number) => void,
  ) {
    this.box = chartBox(() => this.configuration());
    this.element = element(
      'div',
      {
        class: 'heat',
        tabindex: 0,
        role: 'application',
        onpointermove: (event) => {
          this.onPointer(event as PointerEvent);
        },
        onpointerdown: (event) => {
          this.onPointer(event as PointerEvent);
        },
        onkeydown: (event) => {
          this.onKey(event as KeyboardEvent);
        },
      },
      this.box.element,
    );
  }

  get canvas(): HTMLCanvasElement {
    return this.chart?.canvas ?? element('canvas');
  }

  draw(description: string): void {
    const heat = this.shown();
    const { photo } = heat;
    this.drawn = heat;
    this.box.element.style.aspectRatio = `${photo.width} / ${photo.height}`;
    this.element.setAttribute('aria-label', description);
    this.box.draw(description);
  }

  /** Draws again after only the overlay changed. */
  point(): void {
    if (this.chart !== undefined && this.drawn !== undefined) {
      this.drawOverlay(this.chart, this.drawn);
    }
  }

  private drawOverlay({ ctx, width, height }: Chart, { grid, photo }: Heat): void {
    const { opacity, position } = this.overlay();
    ctx.drawImage(this.cells, 0, 0, width, height);
    // The photo over opaque cells: translucent ones would show where they overlap.
    ctx.globalAlpha = 1 - opacity;
    ctx.drawImage(pictureCanvas(photo), 0, 0, width, height);
    ctx.globalAlpha = 1;
    if (position !== undefined) {
      ctx.save();
      ctx.scale(width / photo.width, height / photo.height);
      outline(ctx, grown(cellBox(grid, position), (SMALLEST_MARK * photo.width) / width));
      ctx.restore();
    }
  }

  private configuration(): ChartConfiguration {
    const heat = this.drawn ?? this.shown();
    const { grid, photo, colours } = heat;
    const isPicture = colours.length > MOST_ELEMENTS;
    const scaled = (length: number, chart: Chart, axis: 'width' | 'height'): number =>
      (length / photo[axis]) * chart[axis];
    const under = pictureCanvas(photo);
    const cells: Plugin = {
      id: 'cells',
      beforeDatasetsDraw: (chart) => {
        this.chart = chart;
        const { ctx, width, height } = chart;
        ctx.drawImage(under, 0, 0, width, height);
        if (isPicture) {
          const to = cellsBox(grid);
          ctx.imageSmoothingEnabled = false;
          ctx.drawImage(
            cellsPicture(grid, colours),
            scaled(to.left, chart, 'width'),
            scaled(to.top, chart, 'height'),
            scaled(to.width, chart, 'width'),
            scaled(to.height, chart, 'height'),
          );
          ctx.imageSmoothingEnabled = true;
        }
      },
      afterDatasetsDraw: (chart) => {
        const { width, height } = chart.canvas;
        Object.assign(this.cells, { width, height });
        this.cells.getContext('2d')?.drawImage(chart.canvas, 0, 0);
        this.drawOverlay(chart, heat);
      },
    };
    const boxes: (Rectangle & { colour: string })[] = isPicture
      ? []
      : colours.flatMap((colour, position) =>
          colour === undefined ? [] : [{ ...cellBox(grid, position), colour }],
        );
    return {
      type: 'matrix',
      data: {
        datasets: [
          {
            data: boxes.map(({ left, top }) => ({ x: left, y: top })),
            backgroundColor: boxes.map(({ colour }) => colour),
            borderWidth: 0,
            anchorX: 'left',
            anchorY: 'top',
            // Cells overlap a little: seams would show the photo.
            width: ({ chart }) => scaled(grid.stride, chart, 'width') + SEAM,
            height: ({ chart }) => scaled(grid.stride, chart, 'height') + SEAM,
          },
        ],
      },
      options: {
        events: [],
        plugins: { tooltip: { enabled: false } },
        scales: {
          x: { type: 'linear', display: false, min: 0, max: photo.width, offset: false },
          y: { type: 'linear', display: false, min: 0, max: photo.height, reverse: true, offset: false },
        },
      },
      plugins: [cells],
    };
  }

  private onPointer({ clientX, clientY }: PointerEvent): void {
    const { grid, photo } = this.drawn ?? this.shown();
    const box = this.canvas.getBoundingClientRect();
    const x = ((clientX - box.left) / box.width) * photo.width;
    const y = ((clientY - box.top) / box.height) * photo.height;
    this.choose(positionAt(grid, x, y));
  }

  private onKey(event: KeyboardEvent): void {
    const { grid } = this.drawn ?? this.shown();
    const next = moved(grid, this.overlay().position ?? 0, event.key);
    if (next !== undefined) {
      event.preventDefault();
      this.choose(next);
    }
  }
}

/** One pixel a position. */
function cellsPicture({ rows, columns }: Grid, colours: readonly (string | undefined)[]): HTMLCanvasElement {
  const canvas = element('canvas', { width: columns, height: rows });
  const context = canvas.getContext('2d');
  if (context !== null) {
    for (const [position, colour] of colours.entries()) {
      if (colour !== undefined) {
        context.fillStyle = colour;
        context.fillRect(position % columns, Math.floor(position / columns), 1, 1);
      }
    }
  }
  return canvas;
}

/** The rectangle, about its middle, no smaller than `least`. */
function grown({ left, top, width, height }: Rectangle, least: number): Rectangle {
  const [x, y] = [Math.max(0, least - width) / 2, Math.max(0, least - height) / 2];
  return { left: left - x, top: top - y, width: width + 2 * x, height: height + 2 * y };
}
