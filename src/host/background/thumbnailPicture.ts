/** Pictures of hovers as data URIs of bounded size. */

import type { RgbImage } from '../../core/imaging/image.js';
import { encodePng } from '../../core/imaging/png.js';
import { resample } from '../../core/imaging/resample.js';

/**
 * VS Code cuts a hover's text at 100,000 characters. A card has two thumbnails at most and a histogram of some 5,000,
 * which together stay under 90,000.
 */
export const THUMBNAIL_LIMIT = 40_000;

/** The picture as a PNG data URI of at most `limit` characters, reduced as far as that takes. */
export function thumbnailPicture(picture: RgbImage, limit = THUMBNAIL_LIMIT): string {
  let reduced = picture;
  for (;;) {
    const uri = `data:image/png;base64,${Buffer.from(encodePng(reduced)).toString('base64')}`;
    if (uri.length <= limit || reduced.width < 2 || reduced.height < 2) {
      return uri;
    }
    const share = Math.min(0.9, Math.sqrt(limit / uri.length));
    const smaller = (length: number): number => Math.max(1, Math.floor(length * share));
    reduced = resample(reduced, smaller(reduced.width), smaller(reduced.height));
  }
}
