/** The real numbers that a quantised network's integers stand for, as tensors of the network: scale * (integer - zero point). */

import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import { int, intAttribute } from '../../onnx/attributes.js';
import { inlineNumbers } from '../../onnx/constants.js';
import { int64Constant } from '../../onnx/derive.js';
import { codeOf } from '../../onnx/dataTypes.js';
import { indexGraph } from '../../onnx/graphIndex.js';
import { makeNode } from '../../onnx/makeNode.js';
import type { Constant, Dimension, Node } from '../../onnx/model.js';
import { elementCount } from '../../tensor.js';

/** A network whose layers all have real outputs and weights. */
export interface RealNetwork {
  /** The network with nodes for the real numbers of integer layers at its end; they run only where asked for. */
  readonly network: Network;
  /** The layer's output as real numbers; as it is where nothing says what integers stand for. */
  output(layer: Layer): string;
  /** What the layer learned, by the place at which the operator on real numbers (Conv, Gemm, MatMul) reads it. */
  weights(layer: Layer): ReadonlyMap<number, string>;
  /** Whether the output's integers have no place for negative numbers, as where a ReLU has been put into the layer. */
  isRectified(layer: Layer): boolean;
}

/** What integers stand for. */
interface Quantisation {
  readonly scale: string;
  /** Empty for 0. */
  readonly zero: string;
}

/** Where operators read the scale and zero point of their output, as onnxruntime's ContribOperators.md has them. */
const OF_OUTPUT: ReadonlyMap<string, readonly [scale: number, zero: number]> = new Map([
  ['QuantizeLinear', [1, 2]],
  ['QLinearConv', [6, 7]],
  ['QLinearMatMul', [6, 7]],
  ['QGemm', [7, 8]],
  ['QLinearAdd', [6, 7]],
  ['QLinearMul', [6, 7]],
  ['QLinearAveragePool', [3, 4]],
  ['QLinearGlobalAveragePool', [3, 4]],
  ['QLinearLeakyRelu', [3, 4]],
  ['QLinearSigmoid', [3, 4]],
  ['QLinearSoftmax', [3, 4]],
  ['QLinearConcat', [0, 1]],
]);

/** Operators whose output has the scale of their input. */
const PASSING: readonly string[] = [
  ...['MaxPool', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Slice', 'Gather', 'Split'],
  ...['Resize', 'Pad', 'DepthToSpace', 'SpaceToDepth', 'Identity', 'Dropout'],
];

/** Where an operator reads weights, and where the one on real numbers does. */
interface WeightPlaces {
  readonly weight: number;
  readonly scale: number;
  readonly zero: number;
  /** Its scale is that of the input (1) times that of the weights. */
  readonly bias?: number;
}

const WEIGHTS: ReadonlyMap<string, WeightPlaces> = new Map([
  ['QLinearConv', { weight: 3, scale: 4, zero: 5, bias: 8 }],
  ['QLinearMatMul', { weight: 3, scale: 4, zero: 5 }],
  ['QGemm', { weight: 3, scale: 4, zero: 5, bias: 6 }],
]);

/** Operators that give sums of products of integers, scaled by the nodes behind them. */
const INTEGER_PRODUCTS: readonly string[] = ['ConvInteger', 'MatMulInteger'];

const REAL = /^b?float/;

/** @returns the network itself where nothing in it is quantised by integer operators */
export function realNetwork(network: Network): RealNetwork {
  const { model, index, pixels } = network;
  const added = new Additions(network);
  const stands = quantisations(network);
  const outputs = new Map<Layer, string>();
  const weights = new Map<Layer, ReadonlyMap<number, string>>();
  for (const layer of network.layers) {
    const product = INTEGER_PRODUCTS.includes(layer.node.opType) ? scaledProduct(network, layer) : undefined;
    const quantisation = stands.get(layer.output);
    outputs.set(
      layer,
      product?.output ??
        (quantisation === undefined ? layer.output : added.dequantised(layer.output, quantisation)),
    );
    weights.set(layer, weightsOf(network, layer, product, added));
  }
  const isRectified = ({ output }: Layer): boolean => {
    const zero = model.graph.constants.get(stands.get(output)?.zero ?? '');
    return zero !== undefined && inlineNumbers(zero)?.[0] === LOWEST.get(zero.dtype ?? '');
  };
  return {
    network: added.isEmpty
      ? network
      : { ...network, ...added.extended(), pixels: new Set([...pixels, ...outputs.values()]) },
    output: (layer) => outputs.get(layer) ?? layer.output,
    weights: (layer) => weights.get(layer) ?? new Map(),
    isRectified: (layer) =>
      isRectified(layer) && !index.consumers(layer.output).some(({ opType }) => opType === 'Relu'),
  };
}

function weightsOf(
  { index, shapes, pixels }: Network,
  { node, output }: Layer,
  product: ScaledProduct | undefined,
  additions: Additions,
): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  const input = (place: number | undefined): string => node.inputs[place ?? -1] ?? '';
  const places = WEIGHTS.get(node.opType);
  if (places !== undefined) {
    const [weight, scale, bias] = [input(places.weight), input(places.scale), input(places.bias)];
    if (!pixels.has(weight)) {
      found.set(1, additions.dequantised(weight, { scale, zero: input(places.zero) }, channelAxis(node)));
    }
    if (bias !== '') {
      found.set(2, additions.dequantised(bias, { scale: additions.product(input(1), scale), zero: '' }));
    }
    return found;
  }
  if (product !== undefined) {
    const { scale } = product;
    if (scale !== undefined && !pixels.has(input(1))) {
      found.set(1, additions.dequantised(input(1), { scale, zero: input(3) }, channelAxis(node)));
    }
  } else {
    node.inputs.forEach((tensor, place) => {
      if (tensor !== '' && !pixels.has(tensor) && REAL.test(shapes.typeOf(tensor) ?? '')) {
        found.set(place, tensor);
      }
    });
  }
  // A bias that is added behind the node.
  const end = product?.output ?? output;
  const addition = end === node.outputs[0] ? undefined : index.producer(end);
  const bias = addition?.opType === 'Add' ? addition.inputs.find((each) => !pixels.has(each)) : undefined;
  if (bias !== undefined && !found.has(2)) {
    found.set(2, bias);
  }
  return found;
}

const LOWEST: ReadonlyMap<string, number> = new Map([
  ['uint8', 0],
  ['int8', -128],
  ['uint16', 0],
  ['int16', -32768],
]);

/** The axis of a weight that has a scale for each channel; undefined for the last. */
function channelAxis(node: Node): number | undefined {
  const isConvolution = node.opType.includes('Conv');
  return isConvolution || intAttribute(node, 'transB') === 1 ? 0 : undefined;
}

/** What the integer tensors of a network stand for, by their names. */
function quantisations({ index }: Network): ReadonlyMap<string, Quantisation> {
  const found = new Map<string, Quantisation>();
  for (const { opType, inputs, outputs } of index.graph.nodes) {
    const [output = '', scale = '', zero = ''] = outputs;
    const places = OF_OUTPUT.get(opType);
    const before = found.get(inputs[0] ?? '');
    if (opType === 'DynamicQuantizeLinear') {
      found.set(output, { scale, zero });
    } else if (places !== undefined && (inputs[places[0]] ?? '') !== '') {
      found.set(output, { scale: inputs[places[0]] ?? '', zero: inputs[places[1]] ?? '' });
    } else if (before !== undefined && PASSING.includes(opType)) {
      outputs.forEach((each, place) => {
        if (place === 0 || opType === 'Split') {
          found.set(each, before);
        }
      });
    }
  }
  return found;
}

interface ScaledProduct {
  readonly output: string;
  /** Of the weights; undefined where it cannot be told apart from the input's. */
  readonly scale: string | undefined;
}

/** What dynamic quantisation puts behind an integer product: Cast, Mul by both scales, and Add of the bias. */
function scaledProduct({ index, pixels }: Network, { node }: Layer): ScaledProduct | undefined {
  const reader = (tensor: string | undefined, opType: string): Node | undefined => {
    const [only, ...others] = index.consumers(tensor ?? '');
    return others.length === 0 && only?.opType === opType ? only : undefined;
  };
  const cast = reader(node.outputs[0], 'Cast');
  const scaled = reader(cast?.outputs[0], 'Mul');
  const [output] = scaled?.outputs ?? [];
  if (output === undefined) {
    return undefined;
  }
  const factor = scaled?.inputs.find((input) => input !== cast?.outputs[0]) ?? '';
  const factors = index.producer(factor);
  const scale = factors?.opType === 'Mul' ? factors.inputs.find((input) => !pixels.has(input)) : undefined;
  const bias = reader(output, 'Add');
  const isBias = bias?.inputs.some((input) => input !== output && !pixels.has(input)) === true;
  return { output: isBias ? (bias.outputs[0] ?? output) : output, scale };
}

/** Nodes that are put at the end of a network. */
class Additions {
  private readonly nodes: Node[] = [];
  private readonly shapes = new Map<string, readonly Dimension[] | undefined>();
  private readonly constants = new Map<string, Constant>();

  constructor(private readonly network: Network) {}

  get isEmpty(): boolean {
    return this.nodes.length === 0;
  }

  /** @param axis of the tensor that a list of scales belongs to; the last one unless given */
  dequantised(tensor: string, { scale, zero }: Quantisation, axis?: number): string {
    const rank = this.network.shapes.shapeOf(tensor)?.length ?? 0;
    const real = `${tensor}/real`;
    if (this.shapes.has(real)) {
      return real;
    }
    const along = (each: string): string => this.along(each, axis, rank);
    const number = this.cast(tensor);
    const centred = zero === '' ? number : this.emit('Sub', [number, along(this.cast(zero))]);
    this.emit('Mul', [centred, along(scale)], real);
    this.shapes.set(real, this.network.shapes.shapeOf(tensor));
    return real;
  }

  product(a: string, b: string): string {
    return this.emit('Mul', [a, b]);
  }

  extended(): Pick<Network, 'model' | 'index' | 'shapes'> {
    const { model, shapes } = this.network;
    const graph = {
      ...model.graph,
      nodes: [...model.graph.nodes, ...this.nodes],
      constants: new Map([...model.graph.constants, ...this.constants]),
    };
    const shapeOf = (name: string): readonly Dimension[] | undefined =>
      this.shapes.has(name) ? this.shapes.get(name) : shapes.shapeOf(name);
    return {
      model: { ...model, graph },
      index: indexGraph(graph),
      shapes: {
        shapeOf,
        staticShapeOf: (name) => {
          const shape = shapeOf(name);
          return shape?.every((size) => typeof size === 'number') === true ? shape : undefined;
        },
        typeOf: (name) => (this.shapes.has(name) ? 'float32' : shapes.typeOf(name)),
        valuesOf: (name) => shapes.valuesOf(name),
      },
    };
  }

  private cast(tensor: string): string {
    return this.emit('Cast', [tensor], undefined, { to: int(codeOf('float32')) });
  }

  /** A list of numbers laid along an axis of a tensor. */
  private along(tensor: string, axis: number | undefined, rank: number): string {
    const count = elementCount(this.network.shapes.staticShapeOf(this.origin.get(tensor) ?? tensor) ?? []);
    if (axis === undefined || count === 1) {
      return tensor;
    }
    const shape = int64Constant(
      `${tensor}/along`,
      Array.from({ length: rank }, (_, each) => (each === axis ? -1 : 1)),
    );
    this.constants.set(shape.name, shape);
    return this.emit('Reshape', [tensor, shape.name]);
  }

  /** What has been cast, whose shape is known. */
  private readonly origin = new Map<string, string>();

  private emit(
    opType: string,
    inputs: readonly string[],
    output = `real/${this.nodes.length}`,
    attributes: Parameters<typeof makeNode>[4] = {},
  ): string {
    this.nodes.push(makeNode(output, opType, inputs, [output], attributes));
    if (opType === 'Cast') {
      this.origin.set(output, inputs[0] ?? '');
    }
    return output;
  }
}
