/** What depends on the image of a network, from its graph and shapes. */

import { indexSteps } from '../onnx/graphIndex.js';
import type { Model } from '../onnx/model.js';
import type { SizedInput } from './imageSize.js';
import type { Network } from './network.js';
import { layersSteps } from './layers.js';
import { parametersSteps } from './parameters.js';
import { pixelsSteps } from './pixels.js';
import { positionsSteps } from './receptiveField.js';
import { scoresOf } from './scores.js';
import type { Sidecar } from './sidecar.js';
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

/** The network of a model whose shapes are known. */
export function* followedSteps(
  model: Model,
  { input, shapes }: SizedInput,
  sidecar: Sidecar | undefined,
): Steps<Network> {
  const index = yield* indexSteps(model.graph);
  const followed = yield* dependentsSteps({ index, shapes, input });
  const scores = scoresOf(model, index, shapes, sidecar?.scores);
  return { model, index, input, shapes, ...followed, scores, sidecar };
}
