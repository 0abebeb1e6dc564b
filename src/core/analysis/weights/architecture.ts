/** The network as a table, as the AlexNet paper's layers are usually given, with its costs. */

import type { Network } from '../../network/network.js';
import { sizeText } from '../../network/imageInput.js';
import type { ImageInput } from '../../network/imageInput.js';
import type { Layer } from '../../network/layers.js';
import { exceedsImage } from '../../network/receptiveField.js';
import type { Scores } from '../../network/scores.js';
import type { Dimension } from '../../onnx/model.js';
import { multiplyAdds } from '../../onnx/multiplyAdds.js';
import { atOnce, each, mapped } from '../../steps.js';
import type { Steps } from '../../steps.js';

export interface ArchitectureRow {
  readonly name: string;
  readonly operator: string;
  /** `55x55x96`, height first and channels last, for one image. */
  readonly output: string;
  readonly detail: string;
  readonly parameters: number;
  /** Undefined where shapes are unknown. */
  readonly multiplyAdds: number | undefined;
  /** `51x51` in input pixels; undefined for layers without spatial units. */
  readonly receptiveField: string | undefined;
  /** `131x131`: the size of the image where the receptive field is larger, so that the image's border clips it. */
  readonly clippedBy: string | undefined;
  /** `8` or `8x4` input pixels between neighbouring units. */
  readonly stride: string | undefined;
}

export interface Architecture {
  readonly file: string;
  /** The exporter, or `unknown producer`. */
  readonly producer: string;
  /** Version of ONNX's own operators. */
  readonly opset: number;
  /** `227x227x3`. */
  readonly input: string;
  readonly rows: readonly ArchitectureRow[];
  /** Parameters of the whole network, those of nodes that are no layer included. */
  readonly parameters: number;
  /** Multiply-adds for one image; undefined where one node's cannot be told. */
  readonly multiplyAdds: number | undefined;
  /** The output with the class scores, and what they are; undefined for a network that does not classify. */
  readonly scores: Scores | undefined;
}

/** Describes a network without reading its weights. */
export function architecture(network: Network): Architecture {
  return atOnce(architectureSteps(network));
}

/** The same in steps. */
export function* architectureSteps(network: Network): Steps<Architecture> {
  const { model, input, layers, positions } = network;
  const { axes } = positions;
  return {
    file: model.file,
    producer: model.producer === '' ? 'unknown producer' : model.producer,
    opset: model.opsets.get('') ?? 0,
    input: tensorText(input.shape, axes.get(input.name)),
    rows: yield* mapped(layers, (layer) => rowOf(layer, axes.get(layer.output), input)),
    parameters: network.parameters,
    multiplyAdds: yield* multiplyAddsSteps(network),
    scores: network.scores,
  };
}

/** Axes of rows and columns. */
type Axes = readonly [number, number] | undefined;

function rowOf(layer: Layer, axes: Axes, image: ImageInput): ArchitectureRow {
  const { name, node, outputShape, detail, parameters, receptiveField } = layer;
  return {
    name,
    operator: node.opType,
    output: outputShape === undefined ? '?' : tensorText(outputShape, axes),
    detail,
    parameters,
    multiplyAdds: layer.multiplyAdds,
    receptiveField: receptiveField?.size.join('x'),
    clippedBy: receptiveField && exceedsImage(receptiveField, image) ? sizeText(image) : undefined,
    stride: receptiveField && square(receptiveField.stride),
  };
}

/** Rows x columns x maps of one image; tensors without rows and columns in their own order. */
function tensorText(shape: readonly Dimension[], axes: Axes): string {
  const isPooled = shape.length === 4 && shape[2] === 1 && shape[3] === 1;
  const [rows, columns] = axes ?? (isPooled ? [2, 3] : []);
  const rest = [...shape.keys()].filter((axis) => axis > 0 && axis !== rows && axis !== columns);
  const order = rows === undefined || columns === undefined ? rest : [rows, columns, ...rest];
  return order.map((axis) => shape[axis] ?? '?').join('x');
}

function square([height, width]: readonly [number, number]): string {
  return height === width ? String(height) : `${height}x${width}`;
}

/** Those of all nodes that depend on the image. */
function* multiplyAddsSteps({ index, shapes, pixels }: Network): Steps<number | undefined> {
  let sum: number | undefined = 0;
  yield* each(index.graph.nodes, (node) => {
    const isRunning = node.outputs.some((output) => pixels.has(output));
    const count = isRunning ? multiplyAdds(node, shapes) : 0;
    sum = sum === undefined || count === undefined ? undefined : sum + count;
  });
  return sum;
}
