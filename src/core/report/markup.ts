/** Pieces of markup and ways of writing numbers that the sections share. */

import type { RgbImage } from '../imaging/image.js';
import { encodePng } from '../imaging/png.js';
import { html } from './html.js';
import type { Html } from './html.js';

/** A picture with its caption, `width` CSS pixels wide or one CSS pixel for each of its own. */
export function figure(image: RgbImage, caption: string, width?: number): Html {
  const source = `data:image/png;base64,${Buffer.from(encodePng(image)).toString('base64')}`;
  return html`<figure>
    <img src="${source}" alt="${caption}" width="${width ?? image.width}" />
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** `7×7×3` of [any, 3, 7, 7]: height first and channels last, as in the table. */
export function sizeOf([, channels = 1, ...positions]: readonly number[]): string {
  return [...positions, channels].join('×');
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
