/** A picture with its title above it and what explains it below. */

import { element } from './dom.js';
import { onThemeChange } from './theme.js';

export interface FigureOptions {
  readonly title: string;
  /** Buttons beside the title. */
  readonly saving: HTMLElement;
  /** Draws the picture into a square of `side` CSS pixels; called whenever the room for it changes. */
  draw(canvas: HTMLCanvasElement, side: number): void;
  /** Below the picture. */
  readonly foot?: readonly HTMLElement[];
}

export class Figure {
  private readonly heading;
  private readonly picture: HTMLElement;
  readonly canvas = element('canvas', { role: 'img' });
  readonly element: HTMLElement;
  /** The room for the picture in CSS pixels: asking the page each time has it laid out each time. */
  private side = 0;

  constructor(private readonly options: FigureOptions) {
    this.heading = element('h2', {}, options.title);
    this.picture = element('div', { class: 'picture' }, this.canvas);
    this.element = element(
      'figure',
      {},
      element('figcaption', { class: 'title' }, this.heading, options.saving),
      this.picture,
      ...(options.foot ?? []),
    );
    new ResizeObserver(() => {
      this.side = this.picture.clientWidth;
      this.redraw();
    }).observe(this.picture);
    onThemeChange(() => {
      this.redraw();
    });
  }

  get title(): string {
    return this.heading.textContent;
  }

  set title(text: string) {
    this.heading.textContent = text;
    this.heading.title = text;
  }

  /** @param description what the picture shows, for a screen reader */
  draw(description: string): void {
    this.canvas.setAttribute('aria-label', description);
    this.redraw();
  }

  private redraw(): void {
    if (this.side > 0) {
      this.options.draw(this.canvas, this.side);
    }
  }
}
