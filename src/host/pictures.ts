/** Pictures on their way to a webview. */

import type { RgbImage } from '../core/imaging/image.js';
import type { Picture } from '../protocol/view.js';

export function toPicture({ width, height, data }: RgbImage): Picture {
  const rgba = new Uint8Array(width * height * 4);
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgba[pixel * 4] = data[pixel * 3] ?? 0;
    rgba[pixel * 4 + 1] = data[pixel * 3 + 1] ?? 0;
    rgba[pixel * 4 + 2] = data[pixel * 3 + 2] ?? 0;
    rgba[pixel * 4 + 3] = 255;
  }
  return { width, height, rgba: rgba.buffer };
}
