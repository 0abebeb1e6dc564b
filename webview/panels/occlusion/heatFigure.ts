/** A heatmap with its title, its values and the value at one position. */

import { element } from '../../common/dom.js';
import { HeatMap } from './heatmap.js';
import type { Heat, Overlay } from './heatmap.js';

export interface HeatFigureOptions {
  readonly saving: HTMLElement;
  /** What the colours mean. */
  readonly key: HTMLElement;
  shown(): Heat;
  overlay(): Overlay;
  /** The value at the pointed position, in words. */
  reading(): string;
  /** The pointer or a key went to a position. */
  choose(position: number): void;
}

export class HeatFigure {
  private readonly heading = element('h2');
  private readonly reading = element('div', { class: 'reading muted' });
  private readonly heat: HeatMap;
  readonly element: HTMLElement;

  constructor(private readonly options: HeatFigureOptions) {
    this.heat = new HeatMap(
      () => options.shown(),
      () => options.overlay(),
      (position) => {
        options.choose(position);
      },
    );
    this.element = element(
      'figure',
      {},
      element('figcaption', { class: 'title' }, this.heading, options.saving),
      this.heat.element,
      options.key,
      this.reading,
    );
  }

  get canvas(): HTMLCanvasElement {
    return this.heat.canvas;
  }

  get title(): string {
    return this.heading.textContent;
  }

  /** @param description for a screen reader, without how to move */
  draw(title: string, description: string): void {
    this.heading.textContent = title;
    this.heading.title = title;
    this.heat.draw(description);
    this.reading.textContent = this.options.reading();
  }

  /** Only the pointed position changed, or the opacity. */
  point(): void {
    this.heat.point();
    this.reading.textContent = this.options.reading();
  }
}
