/** Draws the map of a set: dots on one canvas, and above them on another what changes while they stay. */

import { element } from '../../common/dom.js';
import { paintDots, stamp } from './dots.js';
import type { Dots } from './dots.js';
import type { Point } from './lasso.js';
import { mapColours } from './mapColours.js';
import type { ColouredDots } from './mapDots.js';
import type { Viewport } from './plane.js';

/** What is drawn. Photos are told by their places. */
export interface Scene extends Dots, ColouredDots {
  readonly palette: 'groups' | 'activations';
  /** The colour whose dots are crosses; undefined for none. */
  readonly crosses: number | undefined;
}

/** Where rings are drawn, and the line of the lasso, in CSS pixels. */
export interface DrawnMarks {
  readonly queries: readonly Point[];
  readonly answers: readonly Point[];
  readonly current: readonly Point[];
  readonly line: readonly Point[];
}

export class MapPainter {
  private readonly dots = element('canvas', { 'aria-hidden': 'true' });
  private readonly marks = element('canvas', { 'aria-hidden': 'true' });
  private colours = mapColours();
  private pixels: ImageData | undefined;

  get canvases(): readonly HTMLCanvasElement[] {
    return [this.dots, this.marks];
  }

  /** Reads the theme's colours again. */
  readColours(): void {
    this.colours = mapColours();
  }

  /** @param width in CSS pixels */
  resize(width: number, height: number): void {
    const density = window.devicePixelRatio;
    const [across, down] = [Math.round(width * density), Math.round(height * density)];
    if (this.pixels?.width !== across || this.pixels.height !== down) {
      [this.dots.width, this.dots.height] = [across, down];
      this.pixels = across > 0 && down > 0 ? new ImageData(across, down) : undefined;
    }
  }

  /** @param viewport in CSS pixels @param radius of a dot, likewise @param selected places of photos with a rim */
  paintDots(scene: Scene, { k, x, y }: Viewport, radius: number, selected: readonly number[]): void {
    const context = this.dots.getContext('2d', { willReadFrequently: true });
    if (this.pixels === undefined || context === null) {
      return;
    }
    const { width, height, data } = this.pixels;
    const picture = { width, height, colours: new Uint32Array(data.buffer) };
    picture.colours.fill(this.colours.background);
    const density = window.devicePixelRatio;
    const viewport = { k: k * density, x: x * density, y: y * density };
    const palette = this.colours[scene.palette];
    const disc = stamp('disc', radius * density);
    const cross = stamp('cross', radius * density * 1.4);
    const stamps = Array.from(palette, (_, colour) => (colour === scene.crosses ? cross : disc));
    paintDots(picture, scene, viewport, palette, stamps);
    if (selected.length > 0) {
      const order = Int32Array.from(selected);
      const rims = { ...scene, order, colourOf: new Uint8Array(scene.colourOf.length) };
      const rim = stamp('disc', (radius + 2) * density);
      paintDots(picture, rims, viewport, Uint32Array.of(this.colours.foreground), [rim]);
      paintDots(picture, { ...scene, order }, viewport, palette, stamps);
    }
    context.putImageData(this.pixels, 0, 0);
  }

  paintMarks(radius: number, { queries, answers, current, line }: DrawnMarks): void {
    const context = this.marks.getContext('2d');
    if (context === null) {
      return;
    }
    // A size that is set empties the canvas, the same one, too.
    [this.marks.width, this.marks.height] = [this.dots.width, this.dots.height];
    context.scale(window.devicePixelRatio, window.devicePixelRatio);
    const { line: plain, mark } = this.colours;
    const ring = (points: readonly Point[], around: number, width: number, colour: string): void => {
      for (const { x, y } of points) {
        context.beginPath();
        context.arc(x, y, radius + around, 0, 2 * Math.PI);
        context.lineWidth = width;
        context.strokeStyle = colour;
        context.stroke();
      }
    };
    ring(answers, 3, 1.5, plain);
    ring(queries, 5, 3, plain);
    ring(queries, 5, 1.5, mark);
    ring(current, 4, 2, mark);
    if (line.length > 0) {
      context.beginPath();
      line.forEach(({ x, y }) => {
        context.lineTo(x, y);
      });
      context.closePath();
      context.lineWidth = 1.5;
      context.strokeStyle = plain;
      context.setLineDash([6, 4]);
      context.stroke();
    }
  }

  /** Both canvases as one. */
  picture(): HTMLCanvasElement {
    const sheet = document.createElement('canvas');
    [sheet.width, sheet.height] = [this.dots.width, this.dots.height];
    const context = sheet.getContext('2d');
    this.canvases.forEach((canvas) => context?.drawImage(canvas, 0, 0));
    return sheet;
  }
}
