/** The input of a model that takes images. */

import { UserError } from '../errors.js';
import type { Dimension, Model, ValueInfo } from '../onnx/model.js';
import { elementCount } from '../tensor.js';

/** In pixels. */
export type ImageSize = readonly [height: number, width: number];

/** A size for the sides that the file leaves open, and who chose it: for an array that is fed as it is, its own shape. */
export type SizeChoice =
  | { readonly origin: 'asked' | 'sidecar' | 'assumed'; readonly size: ImageSize }
  | { readonly origin: 'array'; readonly shape: readonly number[] };

/** The image input of a network. */
export interface ImageInput {
  readonly name: string;
  /** Shape with batch 1 and unknown sizes filled in: [1, C, H, W] or [1, H, W, C]. */
  readonly shape: readonly number[];
  readonly layout: 'NCHW' | 'NHWC';
  /** Which sides the file leaves open. */
  readonly isFree: { readonly height: boolean; readonly width: boolean };
  /** Where the size comes from: `model` where no side is open. */
  readonly sizeOrigin: SizeChoice['origin'] | 'model';
  /** Why another size than the usual one was assumed. */
  readonly refused?: string | undefined;
}

/** Height and width taken where a model accepts any, as most ImageNet networks were trained. */
export const DEFAULT_SIDE = 224;

/** The most numbers of an input: 2 GB in float32, the largest tensor that travels to the engine. */
const LARGEST_INPUT = 2 ** 29;

/**
 * @param choice of the size where the file leaves it open
 * @throws UserError where the model has no image input, others beside it, one too large to run, or one of another size
 * than was chosen
 */
export function imageInputOf(model: Model, choice?: SizeChoice): ImageInput {
  const { name, shape: declared } = onlyImage(model);
  const [, second, third, fourth] = declared;
  const isChannels = (size: unknown): boolean => size === 1 || size === 3;
  const layout = !isChannels(second) && isChannels(fourth) ? 'NHWC' : 'NCHW';
  const sides = layout === 'NCHW' ? [third, fourth] : [second, third];
  const [ownHeight, ownWidth] = sides.map((size) =>
    typeof size === 'number' && size > 0 ? size : undefined,
  );
  const [chosenHeight, chosenWidth] = sizeChosen(choice, layout);
  const [height, width] = [ownHeight ?? chosenHeight, ownWidth ?? chosenWidth];
  const isMet = height === chosenHeight && width === chosenWidth;
  if (!isMet && (choice?.origin === 'asked' || choice?.origin === 'sidecar')) {
    const sizes = `${ownHeight ?? 'any'}x${ownWidth ?? 'any'}`;
    throw new UserError(
      `input '${name}' takes images of ${sizes} pixels, not of ${chosenHeight}x${chosenWidth}; export the model for that size, or with free height and width`,
    );
  }
  const channels = layout === 'NCHW' ? second : fourth;
  const depth = typeof channels === 'number' && channels > 0 ? channels : 3;
  const shape = [1, ...(layout === 'NCHW' ? [depth, height, width] : [height, width, depth])];
  if (elementCount(shape) > LARGEST_INPUT) {
    throw new UserError(
      `input '${name}' of shape [${shape.join(', ')}] has ${elementCount(shape).toLocaleString('en')} numbers, more than can be run; export the model for a smaller image`,
    );
  }
  const isFree = { height: ownHeight === undefined, width: ownWidth === undefined };
  const sizeOrigin = isFree.height || isFree.width ? (choice?.origin ?? 'assumed') : 'model';
  return { name, shape, layout, isFree, sizeOrigin };
}

function sizeChosen(choice: SizeChoice | undefined, layout: ImageInput['layout']): ImageSize {
  if (choice?.origin !== 'array') {
    return choice?.size ?? [DEFAULT_SIDE, DEFAULT_SIDE];
  }
  const { height, width } = imageSize({ shape: choice.shape, layout });
  return [height, width];
}

function onlyImage({ graph: { inputs } }: Model): { name: string; shape: readonly Dimension[] } {
  const images = inputs.filter(isImage);
  const [image] = images;
  if (image?.shape === undefined || images.length > 1 || inputs.length > 1) {
    const found = inputs.map(
      ({ name, dtype, shape }) => `${name} (${dtype ?? 'no tensor'} [${shape?.join(', ') ?? '?'}])`,
    );
    throw new UserError(
      `Unpool looks at networks with one image input [N, C, H, W] of floats; this model's inputs are ${found.join(', ') || 'none'}`,
    );
  }
  return { name: image.name, shape: image.shape };
}

function isImage({ dtype, shape }: ValueInfo): boolean {
  return shape?.length === 4 && dtype === 'float32';
}

/** Height, width and channels of an input in either layout. */
export function imageSize({ shape, layout }: Pick<ImageInput, 'shape' | 'layout'>): {
  height: number;
  width: number;
  channels: number;
} {
  const [, a = 0, b = 0, c = 0] = shape;
  return layout === 'NCHW' ? { channels: a, height: b, width: c } : { height: a, width: b, channels: c };
}

/** `48x224`: height first, as in a shape. */
export function sizeText(input: Pick<ImageInput, 'shape' | 'layout'>): string {
  const { height, width } = imageSize(input);
  return `${height}x${width}`;
}

/**
 * A size as people write it: one side of a square, or height and width: `64`, `48x320`.
 * Undefined for what is none.
 */
export function parseSize(text: string): ImageSize | undefined {
  const match = /^(\d+)(?:[x×](\d+))?$/i.exec(text.trim());
  const [height, width] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  return height > 0 && width > 0 ? [height, width] : undefined;
}
