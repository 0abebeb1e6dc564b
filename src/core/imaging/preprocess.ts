/** From photos to a network's input and back. */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';

import { UserError } from '../errors.js';
import { imageSize } from '../network/imageInput.js';
import type { ImageInput } from '../network/imageInput.js';
import { parsePreprocessing, IMAGENET, PRESETS } from '../network/preprocessing.js';
import type { Preprocessing } from '../network/preprocessing.js';
import type { Sidecar } from '../network/sidecar.js';
import { floatTensor } from '../tensor.js';
import type { FloatTensor } from '../tensor.js';
import type { RgbImage } from './image.js';
import { crop, mirror, resample } from './resample.js';

export interface ChosenPreprocessing {
  readonly preprocessing: Preprocessing;
  /** In words, who chose it: shown wherever a result depends on it. */
  readonly source: string;
  /** Whether somebody chose it, as against what is taken where nothing is said. */
  readonly isDeclared: boolean;
}

/**
 * The preprocessing to use: what the user asks for, else the model's sidecar, else ImageNet's, and which it was.
 * @param option a preset's name or the path of a JSON file
 * @throws UserError where the option is neither
 */
export async function choosePreprocessing({
  option,
  sidecar,
}: {
  option?: string | undefined;
  sidecar?: Sidecar | undefined;
}): Promise<ChosenPreprocessing> {
  if (option !== undefined) {
    const preprocessing = PRESETS.get(option) ?? (await fromFile(option));
    return { preprocessing, source: 'as asked for', isDeclared: true };
  }
  if (sidecar?.preprocess !== undefined) {
    const { preprocess: preprocessing } = sidecar;
    const file = basename(sidecar.file);
    const source = preprocessing.name === file ? 'beside the model' : `from ${file} beside the model`;
    return { preprocessing, source, isDeclared: true };
  }
  return {
    preprocessing: IMAGENET,
    source: 'assumed: no preprocessing metadata found',
    isDeclared: false,
  };
}

async function fromFile(path: string): Promise<Preprocessing> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch {
    throw new UserError(`--preprocess ${path}: neither a file nor one of ${[...PRESETS.keys()].join(', ')}`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${path}: this is no JSON; it should hold channels, scale, mean and std`);
  }
  return parsePreprocessing(value, path);
}

/**
 * The network's input for a photo.
 * @param light levels of 0 to 255 that are added to each pixel once it is scaled, neither rounded nor cut off
 * @returns [1, C, H, W] or [1, H, W, C], as the network takes it
 * @throws UserError where the network takes other than one or three channels
 */
export function toInput(
  image: RgbImage,
  preprocessing: Preprocessing,
  input: ImageInput,
  light: Rgb = NO_LIGHT,
): FloatTensor {
  const { height, width } = imageSize(input);
  return normalise(fit(image, width, height, preprocessing.resize), preprocessing, input, light);
}

/** Red, green and blue. */
export type Rgb = readonly [number, number, number];

const NO_LIGHT: Rgb = [0, 0, 0];

/** Crops of an image enlarged by 256/224: Krizhevsky et al. 2012, section 4.1. */
const CROP_MARGIN = 256 / 224;

/**
 * Ten crops: the four corners and the centre of the central square, and the mirror images of these.
 * @param light as in `toInput`
 * @returns [10, C, H, W] or [10, H, W, C]
 * @throws UserError where the network takes other than one or three channels
 */
export function tenCrops(
  image: RgbImage,
  preprocessing: Preprocessing,
  input: ImageInput,
  light: Rgb = NO_LIGHT,
): FloatTensor {
  const { height, width } = imageSize(input);
  const large = fit(
    image,
    Math.round(width * CROP_MARGIN),
    Math.round(height * CROP_MARGIN),
    preprocessing.resize === 'squash' ? 'squash' : 'crop',
  );
  const [right, bottom] = [large.width - width, large.height - height];
  const corners = [
    [0, 0],
    [right, 0],
    [0, bottom],
    [right, bottom],
    [half(right), half(bottom)],
  ] as const;
  const crops = corners.map(([left, top]) => crop(large, left, top, width, height));
  const rows = [...crops, ...crops.map(mirror)].map((each) => normalise(each, preprocessing, input, light));
  const length = rows[0]?.data.length ?? 0;
  const data = new Float32Array(rows.length * length);
  rows.forEach((row, index) => {
    data.set(row.data, index * length);
  });
  return floatTensor([rows.length, ...input.shape.slice(1)], data);
}

/** The photo of an input tensor as the network sees it: cropped, scaled, its preprocessing undone. */
export function toImage(tensor: FloatTensor, preprocessing: Preprocessing, input: ImageInput): RgbImage {
  const { height, width, channels } = imageSize(input);
  const data = new Uint8Array(height * width * 3);
  for (let channel = 0; channel < 3; channel++) {
    const source = sourceChannel(channel, channels, preprocessing);
    const { scale, mean, std } = scalingOf(source, preprocessing);
    for (let pixel = 0; pixel < height * width; pixel++) {
      const value = tensor.data[indexOf(pixel, source, height * width, channels, input)] ?? 0;
      const level = (value * std + mean) * scale;
      data[pixel * 3 + channel] = Math.max(0, Math.min(255, Math.round(level)));
    }
  }
  return { width, height, data };
}

/** The input channel that holds colour `rgb` (0 red, 1 green, 2 blue). */
export function sourceChannel(rgb: number, channels: number, { channels: order }: Preprocessing): number {
  return channels === 1 ? 0 : order === 'BGR' ? 2 - rgb : rgb;
}

/** Offset of a value of the first image. */
export function indexOf(
  pixel: number,
  channel: number,
  pixels: number,
  channels: number,
  { layout }: Pick<ImageInput, 'layout'>,
): number {
  return layout === 'NCHW' ? channel * pixels + pixel : pixel * channels + channel;
}

/** Scales a photo onto `width` x `height`; but for `squash` as torchvision's Resize and CenterCrop do. */
function fit(image: RgbImage, width: number, height: number, resize: Preprocessing['resize']): RgbImage {
  if (resize === 'squash') {
    return resample(image, width, height);
  }
  const { scaledWidth, scaledHeight, left, top } = scaled(image, width, height, resize);
  return resample(image, scaledWidth, scaledHeight, { left, top, width, height });
}

/** The size that a photo is scaled to, and the corner of what is cut out of its middle. */
function scaled(
  image: Pick<RgbImage, 'width' | 'height'>,
  width: number,
  height: number,
  resize: 'crop' | 'margin' | undefined,
): { scaledWidth: number; scaledHeight: number; left: number; top: number } {
  const enlarged = resize === 'margin' ? marginOf(Math.min(width, height)) : 1;
  const [least, lowest] = [Math.round(width * enlarged), Math.round(height * enlarged)];
  const isTall = image.width * lowest <= image.height * least;
  const scaledWidth = isTall ? least : Math.floor((lowest * image.width) / image.height);
  const scaledHeight = isTall ? Math.floor((least * image.height) / image.width) : lowest;
  return { scaledWidth, scaledHeight, left: half(scaledWidth - width), top: half(scaledHeight - height) };
}

/**
 * What the network sees of a photo.
 * @returns left, top, width and height in whole pixels of the photo, rounded inwards
 */
export function seenRectangle(
  image: Pick<RgbImage, 'width' | 'height'>,
  { resize }: Preprocessing,
  input: ImageInput,
): readonly [number, number, number, number] {
  if (resize === 'squash') {
    return [0, 0, image.width, image.height];
  }
  const { height, width } = imageSize(input);
  const { scaledWidth, scaledHeight, left, top } = scaled(image, width, height, resize);
  const [across, down] = [image.width / scaledWidth, image.height / scaledHeight];
  const [x, y] = [Math.ceil(left * across), Math.ceil(top * down)];
  return [x, y, Math.floor((left + width) * across) - x, Math.floor((top + height) * down) - y];
}

/** Width and height of a pixel of the network's input, in pixels of the photo. */
export function inputPixel(
  image: Pick<RgbImage, 'width' | 'height'>,
  { resize }: Preprocessing,
  input: ImageInput,
): readonly [number, number] {
  const { height, width } = imageSize(input);
  if (resize === 'squash') {
    return [image.width / width, image.height / height];
  }
  const { scaledWidth, scaledHeight } = scaled(image, width, height, resize);
  return [image.width / scaledWidth, image.height / scaledHeight];
}

/**
 * By how much a photo is larger than an input of `side` pixels that is cut out of its middle: ImageNet networks are
 * tested on photos of 256 pixels whether they take 224 or 227 of them, so the photo has a multiple of 16.
 */
function marginOf(side: number): number {
  return Math.max(1, (16 * Math.round((side * CROP_MARGIN) / 16)) / side);
}

/** Half of a whole number, rounded to the even neighbour as Python does. */
function half(excess: number): number {
  return Math.floor(excess / 2) + (excess % 4 === 3 ? 1 : 0);
}

/** ITU-R 601 luma, as PIL and torchvision make grey. */
const LUMA = [0.299, 0.587, 0.114];

function normalise(
  image: RgbImage,
  preprocessing: Preprocessing,
  input: ImageInput,
  light: Rgb,
): FloatTensor {
  const { channels } = imageSize(input);
  if (channels !== 1 && channels !== 3) {
    throw new UserError(
      `input ${input.name} takes ${channels} channels, which a photo does not have; give a .npy array instead`,
    );
  }
  const isGrey = channels === 1 || preprocessing.channels === 'grey';
  const pixels = image.width * image.height;
  const data = new Float32Array(pixels * channels);
  for (let channel = 0; channel < channels; channel++) {
    const source = sourceChannel(channel, channels, preprocessing);
    const { scale, mean, std } = scalingOf(channel, preprocessing);
    const added = isGrey
      ? LUMA.reduce((sum, weight, rgb) => sum + weight * light[rgb as 0 | 1 | 2], 0)
      : (light[source] ?? 0);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const level =
        added +
        (isGrey
          ? LUMA.reduce((sum, weight, rgb) => sum + weight * (image.data[pixel * 3 + rgb] ?? 0), 0)
          : (image.data[pixel * 3 + source] ?? 0));
      data[indexOf(pixel, channel, pixels, channels, input)] = (level / scale - mean) / std;
    }
  }
  return floatTensor(input.shape, data);
}

/** Scale, mean and deviation of an input channel; a preprocessing of grey has one for all. */
function scalingOf(
  channel: number,
  { scale, mean, std }: Preprocessing,
): { scale: number; mean: number; std: number } {
  return { scale, mean: mean[channel] ?? mean[0] ?? 0, std: std[channel] ?? std[0] ?? 1 };
}
