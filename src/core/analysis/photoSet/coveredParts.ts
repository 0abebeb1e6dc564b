/** Photos with a grey rectangle on a part or at a random place. */

import type { RgbImage } from '../../imaging/image.js';
import { GREY } from '../../occlusion/fill.js';
import type { Rectangle } from './photoParts.js';

/** The photo with a rectangle in the grey of an occluder; what reaches beyond the photo is left out. */
export function covered({ width, height, data }: RgbImage, [x, y, wide, high]: Rectangle): RgbImage {
  const copy = Uint8Array.from(data);
  const [left, right] = [Math.max(0, x), Math.min(width, x + wide)];
  for (let row = Math.max(0, y); row < Math.min(height, y + high) && left < right; row++) {
    copy.fill(GREY, (row * width + left) * 3, (row * width + right) * 3);
  }
  return { width, height, data: copy };
}

/**
 * A rectangle of the same size (or as much of it as fits) anywhere in `within`.
 * @param random two numbers in [0, 1)
 */
export function randomRectangle(
  [, , wide, high]: Rectangle,
  [left, top, width, height]: Rectangle,
  [across, down]: readonly [number, number],
): Rectangle {
  const [fittingWidth, fittingHeight] = [Math.min(wide, width), Math.min(high, height)];
  return [
    left + Math.floor(across * (width - fittingWidth + 1)),
    top + Math.floor(down * (height - fittingHeight + 1)),
    fittingWidth,
    fittingHeight,
  ];
}
