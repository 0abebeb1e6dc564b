/** What an occluder is made of. */

import { UserError } from '../errors.js';
import { imageSize } from '../network/imageInput.js';
import { sourceChannel } from '../imaging/preprocess.js';
import type { ImageInput } from '../network/imageInput.js';
import type { Preprocessing } from '../network/preprocessing.js';

/** Of 255: the grey that covers a part of a photo. */
export const GREY = 128;

/**
 * `grey` is 128 of 255 in the photo, `mean` the preprocessing's mean, `zero` 0 in the model's input units; or an
 * RGB colour of 0 to 255.
 */
export type Fill = 'grey' | 'mean' | 'zero' | readonly [number, number, number];

/**
 * The fill as one value for each channel of the input, in the model's input units.
 * @param preprocessing undefined for an array that is fed as it is
 * @throws UserError where a colour is asked for an array: only zero has a meaning there
 */
export function fillValues(
  fill: Fill,
  preprocessing: Preprocessing | undefined,
  input: ImageInput,
): readonly number[] {
  const { channels } = imageSize(input);
  // The mean is what preprocessing maps to zero.
  if (fill === 'zero' || (fill === 'mean' && preprocessing !== undefined)) {
    return Array<number>(channels).fill(0);
  }
  if (preprocessing === undefined) {
    throw new UserError('an array is fed as it is, without colours; use --fill zero');
  }
  const { scale, mean, std } = preprocessing;
  const rgb = fill === 'grey' || fill === 'mean' ? [GREY, GREY, GREY] : fill;
  const values = Array<number>(channels).fill(0);
  for (let colour = 0; colour < 3; colour++) {
    const channel = sourceChannel(colour, channels, preprocessing);
    values[channel] = ((rgb[colour] ?? 0) / scale - (mean[channel] ?? 0)) / (std[channel] ?? 1);
  }
  return values;
}
