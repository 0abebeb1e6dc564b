/** What a hover shows of a tensor's values: worked out in the background, for tensors have millions of them. */

import { activationNamed } from '../../core/activations/registry.js';
import type { ActivationChoice } from '../../core/activations/registry.js';
import { steepness } from '../../core/analysis/photo/activationLayer.js';
import { describeTensor } from '../../core/analysis/photo/tensorValues.js';
import type { TensorDescription } from '../../core/analysis/photo/tensorValues.js';
import { kernelThumbnail, mapThumbnail } from '../../core/figures/thumbnails.js';
import type { Thumbnail } from '../../core/figures/thumbnails.js';
import type { Preprocessing } from '../../core/network/preprocessing.js';
import type { FloatTensor } from '../../core/tensor.js';
import { thumbnailPicture } from './thumbnailPicture.js';

const KERNELS_SHOWN = 40;
const MAPS_SHOWN = 15;

export interface MeasureParams {
  readonly tensor: FloatTensor;
  /** What to draw of it; kernels in colours where the preprocessing is given. */
  readonly picture?: 'maps' | { readonly kernelsOf: Preprocessing | undefined };
  /** The activation function that is fed these values, by its id. */
  readonly fedTo?: { readonly id: string; readonly parameters: ActivationChoice['parameters'] };
}

export interface Measured extends TensorDescription {
  readonly thumbnail: { readonly uri: string; readonly shown: number; readonly of: number } | undefined;
  /** Share of the values where the derivative of the activation function nearly vanishes. */
  readonly vanishing: number | undefined;
}

export function measure({ tensor, picture, fedTo }: MeasureParams): Measured {
  const thumbnail = thumbnailOf(tensor, picture);
  return {
    ...describeTensor(tensor),
    thumbnail: thumbnail && {
      uri: thumbnailPicture(thumbnail.picture),
      shown: thumbnail.shown,
      of: thumbnail.of,
    },
    vanishing: fedTo && steepness(tensor.data, activationNamed(fedTo.id), fedTo.parameters).vanishing,
  };
}

function thumbnailOf(tensor: FloatTensor, picture: MeasureParams['picture']): Thumbnail | undefined {
  return picture === undefined
    ? undefined
    : picture === 'maps'
      ? mapThumbnail(tensor, MAPS_SHOWN)
      : kernelThumbnail(tensor, picture.kernelsOf, KERNELS_SHOWN);
}
