/** The plain way to run a sweep: the whole network at every position, in batches. */

import { toFloat32 } from '../floats.js';
import { elementCount, floatTensor } from '../tensor.js';
import type { FloatTensor, Tensor } from '../tensor.js';
import type { Engine } from '../engine.js';
import type { ImageInput, Network } from '../network.js';
import { cutGraph, deriveForward, rebatch, shapesFor } from '../onnx/derive.js';
import type { DerivedModel } from '../onnx/model.js';
import { OCCLUDED, occluderModel } from './occluder.js';
import type { Position } from './positions.js';

/** Runs the network on occluded copies of one photo. */
export interface OccludedRunner {
  /** Most positions of one call. */
  readonly batch: number;
  /** True where the model takes one image at a time, so that batching was not possible. */
  readonly oneByOne: boolean;
  /** For each position the values of each of `outputs`, in order. */
  run(positions: readonly Position[], signal?: AbortSignal): Promise<readonly (readonly Float32Array[])[]>;
}

/** Memory that the activations of one batch may take, and the most positions that pay. */
const ACTIVATION_BOUND = 512 * 2 ** 20;
const LARGEST_BATCH = 64;

/**
 * Prepares the sweep of a square occluder of `size` pixels over `photo`.
 * @param photo the network's input, [1, C, H, W] or NHWC
 * @param fill one value a channel, in the model's input units
 * @param outputs the tensors wanted at each position
 */
export function plainRunner(
  engine: Engine,
  network: Network,
  photo: FloatTensor,
  fill: readonly number[],
  size: number,
  outputs: readonly string[],
): OccludedRunner {
  const { input } = network;
  const wished = batchSize(network, outputs);
  const forward = wished > 1 ? batchedModel(network, outputs, wished) : undefined;
  const batch = forward === undefined ? 1 : wished;
  const model =
    forward ?? deriveForward(network.model, outputs, new Map([[input.name, input.shape]]), network.shapes);
  const occluder = occluderModel(input, size, batch);
  const feeds = { photo, fill: fillTensor(input, fill) };

  return {
    batch,
    oneByOne: batch === 1 && wished > 1,
    async run(positions, signal) {
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
function batchSize(network: Network, outputs: readonly string[]): number {
  const largest = network.index
    .ancestors(outputs)
    .flatMap((node) => node.outputs)
    .reduce((most, name) => Math.max(most, elementCount(network.shapes.staticShapeOf(name) ?? [0])), 1);
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(ACTIVATION_BOUND / (largest * 4 * 4))));
}

function batchedModel(network: Network, outputs: readonly string[], batch: number): DerivedModel | undefined {
  const { model, input, shapes } = network;
  const single = new Map([[input.name, input.shape]]);
  const cut = cutGraph(model.graph, outputs, single, shapes);
  const graph = rebatch({ ...model, graph: cut }, input.name, shapes, batch);
  if (graph === undefined) {
    return undefined;
  }
  const inputShapes = new Map([[input.name, [batch, ...input.shape.slice(1)]]]);
  const batched = { ...model, graph };
  return deriveForward(batched, outputs, inputShapes, shapesFor(batched, inputShapes));
}

function fillTensor(input: ImageInput, fill: readonly number[]): FloatTensor {
  const shape = input.layout === 'NCHW' ? [1, fill.length, 1, 1] : [1, 1, 1, fill.length];
  return floatTensor(shape, fill);
}
