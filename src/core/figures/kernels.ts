/** Kernels as a picture: AlexNet's figure 3 for a first layer, one grey tile a channel for deeper ones. */

import type { KernelSet } from '../analysis/weights/kernels.js';
import type { RgbImage } from '../imaging/image.js';
import { enlarge, grid, plain } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';
import { sourceChannel } from '../imaging/preprocess.js';
import type { Preprocessing } from '../network/preprocessing.js';

/** Tiles are enlarged to about this many pixels. */
const TILE = 48;
/** Between the parts of a layer. */
const PART_GAP = 6;
const SEPARATOR: Rgb = [64, 64, 64];

/**
 * The sheet of all kernels, the layer's parts one above the other. Three input channels are shown as colours;
 * other layers have a row a kernel and a column an input channel. Each kernel is scaled by its own largest
 * absolute weight, so that zero is mid-grey.
 */
export function kernelSheet(set: KernelSet, preprocessing: Preprocessing): RgbImage {
  const { parts } = set;
  const [outputs = 0, inputs = 0, height = 1, width = 1] = set.weights.shape;
  const perPart = outputs / parts;
  const isColour = inputs === 3;
  const side = isColour ? TILE : TILE / 3;
  const factor = Math.max(1, Math.round(side / Math.max(height, width)));
  // A row a kernel: a depthwise layer has a single column, which reads better as a block.
  const columns = isColour
    ? Math.ceil(Math.sqrt(perPart * 2))
    : inputs === 1
      ? Math.ceil(Math.sqrt(perPart))
      : inputs;
  const tileCount = isColour ? outputs : outputs * inputs;
  const tiles = Array.from({ length: tileCount }, (_, index) =>
    enlarge(
      isColour ? colourTile(set, index, preprocessing) : greyTile(set, index, Math.floor(index / inputs)),
      factor,
    ),
  );
  const sheets = Array.from({ length: parts }, (_, part) =>
    grid(
      tiles.slice((part * tileCount) / parts, ((part + 1) * tileCount) / parts),
      columns,
      isColour ? 2 : 1,
    ),
  );
  return parts === 1 ? (sheets[0] ?? plain(1, 1)) : grid(sheets, 1, PART_GAP, SEPARATOR);
}

/** One kernel of a layer that looks at colours, [height, width] pixels. */
export function colourTile(
  { weights }: Pick<KernelSet, 'weights'>,
  index: number,
  preprocessing: Preprocessing,
): RgbImage {
  const [, , height = 1, width = 1] = weights.shape;
  const pixels = height * width;
  const kernel = weights.data.subarray(index * 3 * pixels, (index + 1) * 3 * pixels);
  const scale = largest(kernel);
  const data = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let rgb = 0; rgb < 3; rgb++) {
      data[pixel * 3 + rgb] = level(kernel[sourceChannel(rgb, 3, preprocessing) * pixels + pixel], scale);
    }
  }
  return { width, height, data };
}

function greyTile({ weights }: KernelSet, tile: number, kernel: number): RgbImage {
  const [, inputs = 1, height = 1, width = 1] = weights.shape;
  const pixels = height * width;
  const scale = largest(weights.data.subarray(kernel * inputs * pixels, (kernel + 1) * inputs * pixels));
  const data = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel++) {
    data.fill(level(weights.data[tile * pixels + pixel], scale), pixel * 3, pixel * 3 + 3);
  }
  return { width, height, data };
}

function largest(values: Float32Array): number {
  return values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most), 0);
}

/** Zero is mid-grey, plus and minus `scale` are white and black. */
export function level(value: number | undefined, scale: number): number {
  return value === undefined || scale === 0 || !Number.isFinite(value)
    ? 128
    : Math.round(127.5 + (127.5 * value) / scale);
}
