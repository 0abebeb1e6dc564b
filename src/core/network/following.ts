/** What depends on the image of a network, from its graph and shapes. */

import type { Network } from './network.js';
import { listingLayers } from './layers.js';
import { countingParameters } from './parameters.js';
import { followingPixels } from './pixels.js';
import { followingPositions } from './receptiveField.js';
import type { Steps } from '../steps.js';

/** What of a graph depends on the image, and its layers. */
export function* following({
  index,
  shapes,
  input,
}: Pick<Network, 'index' | 'shapes' | 'input'>): Steps<
  Pick<Network, 'pixels' | 'positions' | 'parameters' | 'layers'>
> {
  const pixels = yield* followingPixels(index, shapes, input.name);
  const positions = yield* followingPositions(index, shapes, input, pixels);
  const parameters = yield* countingParameters(index, shapes, pixels);
  const { fields } = positions;
  const layers = yield* listingLayers({ index, shapes, pixels, parameters, fields });
  return { pixels, positions, parameters: parameters.total, layers };
}
