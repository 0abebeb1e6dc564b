/** A projection as the paper's figure 2 shows it: beside the patch of the photo that caused it. */

import type { ProjectedPart } from '../analysis/photo/projectionPass.js';
import type { RgbImage } from '../imaging/image.js';
import { enlarge, grid, paste, plain } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';
import { CONTRAST_PERCENTILE, contrastOf } from './contrast.js';
import type { Contrast } from './contrast.js';
import { indexOf, sourceChannel } from '../imaging/preprocess.js';
import { imageSize } from '../network/imageInput.js';
import { crop } from '../imaging/resample.js';
import type { ImageInput } from '../network/imageInput.js';
import type { Preprocessing } from '../network/preprocessing.js';
import type { FloatTensor } from '../tensor.js';

/** A rectangle of input pixels, half-open. */
export interface Window {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Side of a patch in the picture, about. */
const PATCH = 360;
/** … of one among many. */
const TILE = 96;
const NO_SIGNAL: Rgb = [128, 128, 128];

/**
 * A projection [1, C, H, W] as colours: zero is mid-grey, full contrast the percentile of the absolute values inside
 * `window`.
 */
export function projectionPicture(
  projection: FloatTensor,
  input: ImageInput,
  preprocessing: Preprocessing,
  window: Window,
  percentile = CONTRAST_PERCENTILE,
): RgbImage {
  const { height, width, channels } = imageSize(input);
  const value = (pixel: number, rgb: number): number =>
    projection.data[
      indexOf(pixel, sourceChannel(rgb, channels, preprocessing), height * width, channels, input)
    ] ?? 0;
  const { limit } = projectionContrast(projection, input, window, percentile);
  const data = Uint8Array.from({ length: height * width * 3 }, (_, index) => {
    const share = limit === 0 ? 0 : value(Math.floor(index / 3), index % 3) / limit;
    return Math.round(127.5 + 127.5 * Math.max(-1, Math.min(1, share)));
  });
  return { width, height, data };
}

/** The contrast of a projection's picture, from all channels inside `window`. */
export function projectionContrast(
  projection: FloatTensor,
  input: ImageInput,
  window: Window,
  percentile = CONTRAST_PERCENTILE,
): Contrast {
  const { height, width, channels } = imageSize(input);
  const [rows, columns] = [window.bottom - window.top, window.right - window.left];
  const inside = Float32Array.from({ length: Math.max(0, rows * columns * channels) }, (_, at) => {
    const [place, channel] = [Math.floor(at / channels), at % channels];
    const pixel = (window.top + Math.floor(place / columns)) * width + window.left + (place % columns);
    return projection.data[indexOf(pixel, channel, height * width, channels, input)] ?? 0;
  });
  return contrastOf(inside, percentile);
}

/** What of a unit's projection lies in its receptive field `window`, as colours. */
export function patchPicture(
  { corner: [top, left], part }: ProjectedPart,
  input: ImageInput,
  preprocessing: Preprocessing,
  window: Window,
  percentile = CONTRAST_PERCENTILE,
): RgbImage {
  const partial = { ...input, shape: part.shape };
  const inside = {
    top: window.top - top,
    left: window.left - left,
    bottom: window.bottom - top,
    right: window.right - left,
  };
  const picture = projectionPicture(part, partial, preprocessing, inside, percentile);
  return crop(picture, inside.left, inside.top, inside.right - inside.left, inside.bottom - inside.top);
}

/**
 * Patches as one sheet of tiles, in rows that make it about as high as wide; those at the photo's border are smaller,
 * with no signal around them.
 */
export function patchSheet(patches: readonly RgbImage[]): RgbImage {
  const [width, height] = (['width', 'height'] as const).map((side) =>
    Math.max(1, ...patches.map((patch) => patch[side])),
  ) as [number, number];
  const factor = Math.max(1, Math.round(TILE / Math.max(width, height)));
  const tiles = patches.map((patch) => {
    const tile = plain(width, height, NO_SIGNAL);
    paste(tile, patch, (width - patch.width) >> 1, (height - patch.height) >> 1);
    return enlarge(tile, factor);
  });
  return grid(tiles, Math.ceil(Math.sqrt(tiles.length)), 2);
}

/** The projection and the photo, both cut to the unit's receptive field and enlarged alike. */
export function projectionPair(projection: RgbImage, photo: RgbImage, window: Window): RgbImage {
  const [width, height] = [window.right - window.left, window.bottom - window.top];
  const factor = Math.max(1, Math.round(PATCH / Math.max(width, height)));
  const patches = [projection, photo].map((image) =>
    enlarge(crop(image, window.left, window.top, width, height), factor),
  );
  return grid(patches, 2, 4);
}
