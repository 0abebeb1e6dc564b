/** Many pictures on one, for copying and saving. */

import type { Picture } from '../../src/protocol/view.js';
import { fitSize, pictureCanvas } from './canvas.js';
import type { Section } from './gridLayout.js';

const GAP = 4;
const GROUP_GAP = 16;
/** Browsers refuse larger canvases. */
const MOST_PIXELS = 16_384;

/** The pictures in the order of `sections`, each `side` pixels at most, sections one above the other. */
export function sheet(
  sections: readonly Section[],
  picture: (item: number) => Picture,
  side: number,
): HTMLCanvasElement {
  const longest = Math.max(1, ...sections.map(({ items }) => items.length));
  const columns = Math.min(
    longest,
    Math.ceil(Math.sqrt(longest * 2)),
    Math.floor(MOST_PIXELS / (side + GAP)),
  );
  const rows = sections.map(({ items }) => Math.ceil(items.length / columns));
  const canvas = document.createElement('canvas');
  canvas.width = columns * (side + GAP) + GAP;
  canvas.height =
    rows.reduce((sum, count) => sum + count, 0) * (side + GAP) + (sections.length - 1) * GROUP_GAP + GAP;
  const context = canvas.getContext('2d');
  let top = GAP;
  for (const [place, { items }] of sections.entries()) {
    for (const [at, item] of items.entries()) {
      const tile = picture(item);
      const { width, height } = fitSize(tile.width, tile.height, side);
      const left = GAP + (at % columns) * (side + GAP);
      if (context !== null) {
        context.imageSmoothingEnabled = width < tile.width;
        context.drawImage(
          pictureCanvas(tile),
          left,
          top + Math.floor(at / columns) * (side + GAP),
          width,
          height,
        );
      }
    }
    top += (rows[place] ?? 0) * (side + GAP) + GROUP_GAP;
  }
  return canvas;
}
