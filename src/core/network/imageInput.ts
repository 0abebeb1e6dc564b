/** The input of a model that takes images. */

import { UserError } from '../errors.js';
import type { Model, ValueInfo } from '../onnx/model.js';
import { elementCount } from '../tensor.js';

/** The image input of a network. */
export interface ImageInput {
  readonly name: string;
  /** Shape with batch 1 and unknown sizes filled in: [1, C, H, W] or [1, H, W, C]. */
  readonly shape: readonly number[];
  readonly layout: 'NCHW' | 'NHWC';
  /** True where the file leaves height or width open and DEFAULT_SIZE was taken. */
  readonly sizeAssumed: boolean;
}

/** Height and width taken where a model accepts any, as most ImageNet networks were trained. */
const DEFAULT_SIZE = 224;

/** The most numbers of an input: 2 GB in float32, the largest tensor that travels to the engine. */
const LARGEST_INPUT = 2 ** 29;

/** @throws UserError where the model has no image input, others beside it, or one too large to run */
export function imageInputOf(model: Model): ImageInput {
  const { inputs } = model.graph;
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
  const [, second, third, fourth] = image.shape;
  const isChannels = (size: unknown): boolean => size === 1 || size === 3;
  const layout = !isChannels(second) && isChannels(fourth) ? 'NHWC' : 'NCHW';
  const spatial = layout === 'NCHW' ? [third, fourth] : [second, third];
  const [height, width] = spatial.map((size) => (typeof size === 'number' && size > 0 ? size : DEFAULT_SIZE));
  const channels = layout === 'NCHW' ? second : fourth;
  const depth = typeof channels === 'number' && channels > 0 ? channels : 3;
  const sizes = layout === 'NCHW' ? [depth, height, width] : [height, width, depth];
  const whole = [1, ...sizes.map((size) => size ?? DEFAULT_SIZE)];
  if (elementCount(whole) > LARGEST_INPUT) {
    throw new UserError(
      `input '${image.name}' of shape [${whole.join(', ')}] has ${elementCount(whole).toLocaleString('en')} numbers, more than can be run; export the model for a smaller image`,
    );
  }
  return {
    name: image.name,
    shape: whole,
    layout,
    sizeAssumed: spatial.some((size) => typeof size !== 'number' || size <= 0),
  };
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
