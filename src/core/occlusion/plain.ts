/** The plain way to run a sweep: the whole network at every position, in batches. */

import { toFloat32 } from '../floats.js';
import { elementCount, floatTensor } from '../tensor.js';
import type { FloatTensor, Tensor } from '../tensor.js';
import type { ImageInput } from '../network/imageInput.js';
import type { Network } from '../network/network.js';
import { cutGraph, deriveForward, rebatch, shapesFor } from '../onnx/derive.js';
import type { DerivedModel, Model } from '../onnx/model.js';
import { indexGraph } from '../onnx/graphIndex.js';
import type { Shapes } from '../onnx/shapes.js';
import type { Followed } from './followed.js';
import { OCCLUDED, occluderModel } from './occluder.js';
import type { Position } from './positions.js';
import type { OccludedPhoto, OccludedRunner } from './runner.js';

/** The most positions of a batch that pay. */
export const LARGEST_BATCH = 64;

/**
 * Prepares the sweep of a square occluder over a photo.
 * @param memoryBound bytes that the activations of one batch may take
 * @param most positions of a batch
 */
export function plainRunner(
  network: Network,
  { graph, outputs }: Followed,
  { photo, fill, size }: OccludedPhoto,
  memoryBound: number,
  most = LARGEST_BATCH,
): OccludedRunner {
  const { input } = network;
  const single = new Map([[input.name, input.shape]]);
  const source = { ...network.model, graph };
  const shapes = shapesFor(source, single);
  const wished = Math.min(most, batchSize(source, shapes, outputs, memoryBound));
  const forward = wished > 1 ? batchedModel(source, shapes, input, outputs, wished) : undefined;
  const batch = forward === undefined ? 1 : wished;
  const model = forward ?? deriveForward(source, outputs, single, shapes);
  const occluder = occluderModel(input, size, batch);
  const feeds = { photo, fill: fillTensor(input, fill) };

  return {
    batch,
    oneByOne: batch === 1 && wished > 1,
    bunches: (positions) => positions.map((position) => [position]),
    async run(positions, { engine, signal }) {
      if (positions.length === 0 || positions.length > batch) {
        throw new RangeError(`${positions.length} positions for a batch of ${batch}`);
      }
      // The last batch repeats its first position: the model's batch is a fixed number.
      const corner = (side: keyof Position): FloatTensor =>
        floatTensor(
          [batch, 1, 1, 1],
          Float32Array.from({ length: batch }, (_, index) => (positions[index] ?? positions[0])?.[side] ?? 0),
        );
      const [, result] = await engine.run(
        [
          { model: occluder, feeds: { ...feeds, top: corner('top'), left: corner('left') }, fetch: [] },
          { model, feeds: { [input.name]: { step: 0, output: OCCLUDED } }, fetch: outputs },
        ],
        { signal },
      );
      return positions.map((_, index) => outputs.map((name) => sliceOf(result?.[name], name, index, batch)));
    },
  };
}

function sliceOf(tensor: Tensor | undefined, name: string, index: number, batch: number): Float32Array {
  if (tensor === undefined) {
    throw new Error(`the engine gave no '${name}'`);
  }
  const { data } = toFloat32(tensor, name);
  const length = data.length / batch;
  return data.subarray(index * length, (index + 1) * length);
}

/** As many positions as fit into the bound, by the largest activation and its neighbours. */
function batchSize(
  { graph }: Pick<Model, 'graph'>,
  shapes: Shapes,
  outputs: readonly string[],
  memoryBound: number,
): number {
  const largest = indexGraph(graph)
    .ancestors(outputs)
    .flatMap((node) => node.outputs)
    .reduce((most, name) => Math.max(most, elementCount(shapes.staticShapeOf(name) ?? [0])), 1);
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(memoryBound / (largest * 4 * 4))));
}

function batchedModel(
  source: Model,
  shapes: Shapes,
  input: ImageInput,
  outputs: readonly string[],
  batch: number,
): DerivedModel | undefined {
  const single = new Map([[input.name, input.shape]]);
  const cut = cutGraph(source.graph, outputs, single, shapes);
  const graph = rebatch({ ...source, graph: cut }, input.name, shapes, batch);
  if (graph === undefined) {
    return undefined;
  }
  const inputShapes = new Map([[input.name, [batch, ...input.shape.slice(1)]]]);
  const batched = { ...source, graph };
  return deriveForward(batched, outputs, inputShapes, shapesFor(batched, inputShapes));
}

function fillTensor(input: ImageInput, fill: readonly number[]): FloatTensor {
  const shape = input.layout === 'NCHW' ? [1, fill.length, 1, 1] : [1, 1, 1, fill.length];
  return floatTensor(shape, fill);
}
