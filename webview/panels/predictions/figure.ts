/** All cards on one picture, for copying and saving. */

import { CARD_HEIGHT, CARD_WIDTH } from './card.js';
import type { Card } from './card.js';

/** Twice as sharp as the screen, for print. */
const SCALE = 2;

/** @param width of the panel in CSS pixels: the picture has as many cards side by side */
export function figure(cards: readonly Card[], width: number): HTMLCanvasElement {
  const columns = Math.max(1, Math.min(cards.length, Math.floor(width / CARD_WIDTH)));
  const rows = Math.max(1, Math.ceil(cards.length / columns));
  const canvas = document.createElement('canvas');
  canvas.width = columns * CARD_WIDTH * SCALE;
  canvas.height = rows * CARD_HEIGHT * SCALE;
  const context = canvas.getContext('2d');
  context?.scale(SCALE, SCALE);
  for (const [place, card] of cards.entries()) {
    if (context !== null) {
      card.paintOn(context, (place % columns) * CARD_WIDTH, Math.floor(place / columns) * CARD_HEIGHT);
    }
  }
  return canvas;
}
