/** From a model's file to a network. */

import { namingFile } from '../errors.js';
import { takingFloat32 } from '../onnx/floatInput.js';
import { withoutFusedConvs } from '../onnx/fusedConv.js';
import { loadModel } from '../onnx/load.js';
import type { Model } from '../onnx/model.js';
import { inTurns } from '../steps.js';
import type { Steps } from '../steps.js';
import { followedSteps } from './dependents.js';
import { imageInputOf } from './imageInput.js';
import type { SizeChoice } from './imageInput.js';
import { sizedInputSteps } from './imageSize.js';
import type { Network } from './network.js';
import { loadSidecar } from './sidecar.js';
import type { Sidecar } from './sidecar.js';

/**
 * Opens the model at `file` with its sidecar.
 * @param choice of the image's size where the file leaves it open; else the sidecar's, else what the graph allows
 * @throws UserError where the file is no valid ONNX model, has no image input, or does not take images of that size
 */
export async function openNetwork(file: string, choice?: SizeChoice): Promise<Network> {
  const model = withoutFusedConvs(takingFloat32(await loadModel(file)));
  return inTurns(networkSteps(model, await loadSidecar(file), choice));
}

/**
 * The same model for images of another size; the network itself where the size is the same.
 * @throws UserError where the model does not take images of that size
 */
export async function resizedNetwork(network: Network, choice: SizeChoice | undefined): Promise<Network> {
  const { model, sidecar, input } = network;
  const { shape } = namingFile(model.file, () => imageInputOf(model, choice ?? sizeOf(sidecar)));
  const isSame = shape.every((size, axis) => size === input.shape[axis]);
  return isSame ? network : inTurns(networkSteps(model, sidecar, choice));
}

/** What there is to know of a model without running it. */
function* networkSteps(
  model: Model,
  sidecar: Sidecar | undefined,
  choice: SizeChoice | undefined,
): Steps<Network> {
  return yield* followedSteps(model, yield* sizedInputSteps(model, choice ?? sizeOf(sidecar)), sidecar);
}

function sizeOf(sidecar: Sidecar | undefined): SizeChoice | undefined {
  return sidecar?.size && { origin: 'sidecar', size: sidecar.size };
}
