/** Small pictures of what a layer has learned and how it answers, for a glance. */

import { statistics } from '../statistics.js';
import { VIRIDIS } from '../imaging/colour.js';
import type { RgbImage } from '../imaging/image.js';
import { grid, mapPicture, stretch } from '../imaging/picture.js';
import type { Rgb } from '../imaging/picture.js';
import { resample } from '../imaging/resample.js';
import type { Preprocessing } from '../network/preprocessing.js';
import type { FloatTensor } from '../tensor.js';
import { rangeWithin } from './contrast.js';
import { colourTile, level } from './kernels.js';

const BACKGROUND: Rgb = [128, 128, 128];
/** Sides of a tile in pixels. */
const KERNEL_TILE = 24;
const MAP_TILE = 40;

export interface Thumbnail {
  readonly picture: RgbImage;
  /** How many are shown, the strongest first. */
  readonly shown: number;
  readonly of: number;
}

/**
 * Kernels [outputs, inputs, height, width], those with the largest norm first: in colours where `colours` says
 * how the network's input has them, else the strongest input channel of each. Undefined for other shapes.
 */
export function kernelThumbnail(
  weights: FloatTensor,
  colours: Preprocessing | undefined,
  limit: number,
): Thumbnail | undefined {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = weights.shape;
  if (weights.shape.length !== 4 || outputs * inputs * height * width === 0) {
    return undefined;
  }
  const length = inputs * height * width;
  const order = strongest(outputs, limit, (kernel) =>
    energy(weights.data.subarray(kernel * length, (kernel + 1) * length)),
  );
  const tiles = order.map((kernel) => kernelTile(weights, kernel, colours));
  return sheet(
    tiles.map((tile) => fit(tile, KERNEL_TILE)),
    outputs,
  );
}

/** One of kernels [outputs, inputs, height, width]: in colours where they are known, else its strongest input channel. */
export function kernelTile(
  weights: FloatTensor,
  kernel: number,
  colours: Preprocessing | undefined,
): RgbImage {
  const [, inputs = 0, height = 0, width = 0] = weights.shape;
  const length = inputs * height * width;
  return colours !== undefined && inputs === 3
    ? colourTile({ weights }, kernel, colours)
    : greyTile(weights.data.subarray(kernel * length, (kernel + 1) * length), inputs, height, width);
}

/**
 * The maps of an activation [1, C, H, W] with the largest values, each on its own scale without its few extremes.
 * Undefined for other shapes.
 */
export function mapThumbnail(maps: FloatTensor, limit: number): Thumbnail | undefined {
  const [batch = 0, channels = 0, height = 0, width = 0] = maps.shape;
  const pixels = height * width;
  if (maps.shape.length !== 4 || batch !== 1 || channels === 0 || pixels < 2) {
    return undefined;
  }
  const rowOf = (channel: number): Float32Array =>
    maps.data.subarray(channel * pixels, (channel + 1) * pixels);
  const order = strongest(channels, limit, (channel) => statistics(rowOf(channel)).max);
  const tiles = order.map((channel) => {
    const values = rowOf(channel);
    return mapPicture(values, height, width, VIRIDIS, rangeWithin(values));
  });
  return sheet(
    tiles.map((tile) => fit(tile, MAP_TILE)),
    channels,
  );
}

function sheet(tiles: readonly RgbImage[], of: number): Thumbnail {
  // 40 tiles are 8 x 5, 15 are 5 x 3.
  const columns = Math.round(Math.sqrt(tiles.length * 1.7));
  return { picture: grid(tiles, columns, 2, BACKGROUND), shown: tiles.length, of };
}

/** Indices in falling order of `strength`; NaN comes last. */
function strongest(count: number, limit: number, strength: (index: number) => number): readonly number[] {
  const strengths = Array.from({ length: count }, (_, index) => {
    const value = strength(index);
    return Number.isNaN(value) ? -Infinity : value;
  });
  const falling = (a: number, b: number): number => {
    const [first = 0, second = 0] = [strengths[a], strengths[b]];
    return first === second ? a - b : second > first ? 1 : -1;
  };
  return [...strengths.keys()].sort(falling).slice(0, limit);
}

function energy(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** The input channel with the largest weights; zero is mid-grey. */
function greyTile(kernel: Float32Array, inputs: number, height: number, width: number): RgbImage {
  const pixels = height * width;
  const [channel = 0] = strongest(inputs, 1, (input) =>
    energy(kernel.subarray(input * pixels, (input + 1) * pixels)),
  );
  const values = kernel.subarray(channel * pixels, (channel + 1) * pixels);
  const scale = values.reduce(
    (most, value) => (Number.isFinite(value) ? Math.max(most, Math.abs(value)) : most),
    0,
  );
  const data = new Uint8Array(pixels * 3);
  values.forEach((value, pixel) => data.fill(level(value, scale), pixel * 3, pixel * 3 + 3));
  return { width, height, data };
}

/** Small tiles as sharp squares, large ones smoothed, the longer side `side` pixels. */
function fit(tile: RgbImage, side: number): RgbImage {
  const scale = side / Math.max(tile.width, tile.height);
  const [width, height] = [tile.width, tile.height].map((length) => Math.max(1, Math.round(length * scale)));
  return (scale >= 1 ? stretch : resample)(tile, width ?? 1, height ?? 1);
}
