/** A model opened for looking at: graph, shapes, layers, and what its input and scores are. */

import { namingFile, UserError } from './errors.js';
import { following } from './following.js';
import { findingShapes } from './onnx/derive.js';
import { takingFloat32 } from './onnx/floatInput.js';
import { withoutFusedConvs } from './onnx/fusedConv.js';
import { indexing } from './onnx/graphIndex.js';
import type { GraphIndex } from './onnx/graphIndex.js';
import { findLayer } from './onnx/layers.js';
import type { Layer } from './onnx/layers.js';
import { loadModel } from './onnx/load.js';
import type { Graph, Model, ValueInfo } from './onnx/model.js';
import type { Positions } from './onnx/receptiveField.js';
import type { Shapes } from './onnx/shapes.js';
import { loadSidecar } from './sidecar.js';
import type { Sidecar } from './sidecar.js';
import { inTurns } from './steps.js';
import type { Steps } from './steps.js';
import { elementCount } from './tensor.js';

/** The image input of a network. */
export interface ImageInput {
  readonly name: string;
  /** Shape with batch 1 and unknown sizes filled in: [1, C, H, W] or [1, H, W, C]. */
  readonly shape: readonly number[];
  readonly layout: 'NCHW' | 'NHWC';
  /** True where the file leaves height or width open and DEFAULT_SIZE was taken. */
  readonly sizeAssumed: boolean;
}

/** The output that holds class scores: [N, K], or [N, K, 1, 1]. */
export interface Scores {
  readonly tensor: string;
  readonly classes: number;
  /** False for logits. */
  readonly isProbability: boolean;
}

export interface Network {
  readonly model: Model;
  readonly index: GraphIndex;
  readonly input: ImageInput;
  /** Shapes for one image of the input's size. */
  readonly shapes: Shapes;
  /** Tensors that the image's pixels flow into, the image itself included. */
  readonly pixels: ReadonlySet<string>;
  readonly positions: Positions;
  /** Number of all parameters, those of nodes that are no layer included. */
  readonly parameters: number;
  readonly layers: readonly Layer[];
  /** Undefined for a network that does not classify. */
  readonly scores: Scores | undefined;
  readonly sidecar: Sidecar | undefined;
}

/** Height and width taken where a model accepts any, as most ImageNet networks were trained. */
const DEFAULT_SIZE = 224;

/** The most numbers of an input: 2 GB in float32, the largest tensor that travels to the engine. */
const LARGEST_INPUT = 2 ** 29;

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
  return { model, index, input, shapes, ...followed, scores: scoresOf(graph, index, shapes), sidecar };
}

/**
 * The layer that `query` names: as the layer table does, or any other node or tensor of the graph.
 * @throws UserError listing the nearest names, or the candidates of an ambiguous one
 */
export function layerNamed({ layers, index, shapes, model }: Network, query: string): Layer {
  const isListed = layers.some(({ name, aliases }) => name === query || aliases.includes(query));
  const node = isListed
    ? undefined
    : (index.producer(query) ?? index.graph.nodes.find(({ name }) => name === query));
  if (node === undefined) {
    return namingFile(model.file, () => findLayer(layers, query));
  }
  const output = node.outputs.includes(query) ? query : (node.outputs[0] ?? '');
  return {
    name: query,
    aliases: [],
    node,
    output,
    outputShape: shapes.shapeOf(output),
    parameters: 0,
    multiplyAdds: undefined,
    receptiveField: undefined,
    detail: '',
  };
}

function imageInputOf(model: Model): ImageInput {
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

/** Operators that pass probabilities on as they are. */
const PASSING = ['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Dropout', 'Cast'];

function scoresOf(graph: Graph, index: GraphIndex, shapes: Shapes): Scores | undefined {
  for (const { name } of graph.outputs) {
    const shape = shapes.staticShapeOf(name);
    const [batch, classes = 0, ...rest] = shape ?? [];
    if (batch === 1 && classes > 1 && rest.every((size) => size === 1)) {
      return { tensor: name, classes, isProbability: endsInSoftmax(name, index) };
    }
  }
  return undefined;
}

function endsInSoftmax(tensor: string, index: GraphIndex): boolean {
  let node = index.producer(tensor);
  while (node !== undefined && PASSING.includes(node.opType)) {
    node = index.producer(node.inputs[0] ?? '');
  }
  return node?.opType === 'Softmax';
}
