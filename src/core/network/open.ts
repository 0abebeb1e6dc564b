/** From a model's file to a network. */

import { namingFile } from '../errors.js';
import { findingShapes } from '../onnx/derive.js';
import { takingFloat32 } from '../onnx/floatInput.js';
import { withoutFusedConvs } from '../onnx/fusedConv.js';
import { indexing } from '../onnx/graphIndex.js';
import { loadModel } from '../onnx/load.js';
import type { Model } from '../onnx/model.js';
import { inTurns } from '../steps.js';
import type { Steps } from '../steps.js';
import { following } from './following.js';
import { imageInputOf } from './imageInput.js';
import type { Network } from './network.js';
import { scoresOf } from './scores.js';
import { loadSidecar } from './sidecar.js';
import type { Sidecar } from './sidecar.js';

/**
 * Opens the model at `file` with its sidecar.
 * @throws UserError where the file is no valid ONNX model or has no image input
 */
export async function openNetwork(file: string): Promise<Network> {
  const model = withoutFusedConvs(takingFloat32(await loadModel(file)));
  return inTurns(lookingAt(model, await loadSidecar(file)));
}

/** What there is to know of a model without running it. @throws UserError where it has no image input */
export function* lookingAt(model: Model, sidecar: Sidecar | undefined): Steps<Network> {
  const { graph, file } = model;
  const input = namingFile(file, () => imageInputOf(model));
  const shapes = yield* findingShapes(model, new Map([[input.name, input.shape]]));
  const index = yield* indexing(graph);
  const followed = yield* following({ index, shapes, input });
  const scores = scoresOf(model, index, shapes, sidecar?.scores);
  return { model, index, input, shapes, ...followed, scores, sidecar };
}
