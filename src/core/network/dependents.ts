/** What depends on the image of a network, from its graph and shapes. */

import type { Network } from './network.js';
import { layersSteps } from './layers.js';
import { parametersSteps } from './parameters.js';
import { pixelsSteps } from './pixels.js';
import { positionsSteps } from './receptiveField.js';
import type { Steps } from '../steps.js';

/** What of a graph depends on the image, and its layers. */
export function* dependentsSteps({
  index,
  shapes,
  input,
}: Pick<Network, 'index' | 'shapes' | 'input'>): Steps<
  Pick<Network, 'pixels' | 'positions' | 'parameters' | 'layers'>
> {
  const pixels = yield* pixelsSteps(index, shapes, input.name);
  const positions = yield* positionsSteps(index, shapes, input, pixels);
  const parameters = yield* parametersSteps(index, shapes, pixels);
  const { fields } = positions;
  const layers = yield* layersSteps({ index, shapes, pixels, parameters, fields });
  return { pixels, positions, parameters: parameters.total, layers };
}
