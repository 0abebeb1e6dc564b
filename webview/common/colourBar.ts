/** Which colour stands for which number. */

import type { ColourMap, Range } from './colour.js';
import { mapPicture, pictureCanvas } from './canvas.js';
import { element } from './dom.js';
import { short } from './numbers.js';

const STEPS = 256;

export interface ColourBar {
  readonly element: HTMLElement;
  /** @param text the numbers as they are read */
  show(range: Range, text?: (value: number) => string): void;
}

export function colourBar(map: ColourMap): ColourBar {
  const [least, most] = [element('span'), element('span')];
  const strip = gradient(map);
  strip.setAttribute('aria-hidden', 'true');
  return {
    element: element('div', { class: 'colour-bar' }, least, strip, most),
    show: ({ min, max }, text = short) => {
      least.textContent = text(min);
      most.textContent = text(max);
    },
  };
}

/** All colours of the map side by side, one pixel high. */
export function gradient(map: ColourMap): HTMLCanvasElement {
  const values = Float32Array.from({ length: STEPS }, (_, at) => at);
  return pictureCanvas(mapPicture(values, 1, STEPS, map, { min: 0, max: STEPS - 1 }));
}
