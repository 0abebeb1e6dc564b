/** Writing two linear layers as the one that they amount to. */

import type { Engine, RunOptions } from '../../engine.js';
import { UserError, throwIfCancelled } from '../../errors.js';
import type { Network } from '../../network/network.js';
import { floatAttribute, int, intAttribute, ints } from '../../onnx/attributes.js';
import { codeOf } from '../../onnx/dataTypes.js';
import { cutGraph, shapesFor } from '../../onnx/derive.js';
import { encodeModel, encodeWhole } from '../../onnx/encode.js';
import { indexGraph } from '../../onnx/graphIndex.js';
import { makeNode } from '../../onnx/makeNode.js';
import type { Constant, Graph, Node } from '../../onnx/model.js';
import { pixelTensors } from '../../network/pixels.js';
import { elementCount, floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';
import { linearPairs } from './linearPairs.js';
import type { LinearPair } from './linearPairs.js';
import { noise, largestDifference } from './linearity.js';
import { planMerge } from './mergePlan.js';
import type { LinearShape, MergePlan } from './mergePlan.js';
import { readWeight } from './weights.js';

/** Names of the two nodes of a pair. */
export interface PairNames {
  readonly first: string;
  readonly second: string;
}

export interface MergedModel {
  /** The whole model as one ONNX file. */
  readonly bytes: Uint8Array;
  readonly merged: readonly PairNames[];
  readonly parametersSaved: number;
  /** Largest difference of the network's outputs on a random input, over the largest output. */
  readonly difference: number;
}

/** Outputs of the merged model may differ by this much of the largest one: rounding, in another order. */
const TOLERANCE = 1e-5;

/**
 * The model with a pair merged, or with every pair merged for which that is exact and saves parameters.
 * @throws UserError where the pair is not there, cannot be merged exactly or would grow, or where nothing can be merged
 */
export async function mergeLinear(
  engine: Engine,
  network: Network,
  only?: PairNames,
  options: RunOptions = {},
): Promise<MergedModel> {
  const merged: PairNames[] = [];
  let saved = 0;
  let current = network;
  for (;;) {
    throwIfCancelled(options.signal);
    const next = await nextMerge(engine, current, only, options);
    if (next === undefined) {
      break;
    }
    const { pair, plan } = next;
    current = withGraph(network, await mergedGraph(engine, current, pair, plan, options));
    merged.push({ first: pair.first.name, second: pair.second.name });
    saved += plan.parametersNow - plan.parametersMerged;
    if (only !== undefined) {
      break;
    }
  }
  if (merged.length === 0) {
    throw new UserError(
      `${network.model.file}: there are no two linear layers that one layer with fewer parameters could replace exactly`,
    );
  }
  const difference = await outputDifference(engine, network, current, options);
  if (!(difference <= TOLERANCE)) {
    throw new UserError(
      `${network.model.file}: the merged model's outputs differ by ${difference.toExponential(1)} of the largest, more than rounding explains; it is not written`,
    );
  }
  return { bytes: await encodeWhole(current.model), merged, parametersSaved: saved, difference };
}

interface NextMerge {
  readonly pair: LinearPair;
  readonly plan: MergePlan;
}

async function nextMerge(
  engine: Engine,
  network: Network,
  only: PairNames | undefined,
  options: RunOptions,
): Promise<NextMerge | undefined> {
  const pairs = linearPairs(network);
  if (only === undefined) {
    for (const pair of pairs) {
      const found = await mergeable(engine, network, pair, options);
      if (found.plan !== undefined) {
        return { pair, plan: found.plan };
      }
    }
    return undefined;
  }
  const pair = pairs.find(({ first, second }) => first.name === only.first && second.name === only.second);
  if (pair === undefined) {
    throw new UserError(
      `${network.model.file}: '${only.first}' and '${only.second}' are no two linear layers in a row`,
    );
  }
  const { plan, refusal } = await mergeable(engine, network, pair, options);
  if (plan === undefined) {
    throw new UserError(
      `${network.model.file}: '${only.first}' and '${only.second}' are not merged: ${refusal}`,
    );
  }
  return { pair, plan };
}

/** The plan of an exact merge that saves parameters, or why there is none. */
export async function mergeable(
  engine: Engine,
  network: Network,
  pair: LinearPair,
  options: RunOptions = {},
): Promise<
  { plan: MergePlan; refusal?: undefined } | { plan?: undefined; refusal: string; grows?: MergePlan }
> {
  const { plan, refusal } = planMerge(network, pair);
  if (plan === undefined) {
    return { refusal };
  }
  if (plan.needsNoShift) {
    const { shift } = await affineOf(engine, network, pair, plan.first, options);
    if (shift.some((value) => value !== 0)) {
      return {
        refusal: `'${pair.second.name}' pads with zeros what '${pair.first.name}' has added its bias to, so that at the border the two are not one convolution`,
      };
    }
  }
  if (plan.parametersMerged >= plan.parametersNow) {
    return {
      refusal: `the one layer would have ${plan.parametersMerged.toLocaleString('en')} parameters in place of ${plan.parametersNow.toLocaleString('en')}`,
      grows: plan,
    };
  }
  return { plan };
}

/** The network with another graph, looked at from the same input. */
function withGraph(network: Network, graph: Graph): Network {
  const model = { ...network.model, graph };
  const index = indexGraph(graph);
  const shapes = shapesFor(model, new Map([[network.input.name, network.input.shape]]));
  return { ...network, model, index, shapes, pixels: pixelTensors(index, shapes, network.input.name) };
}

/** The first layer and the channelwise nodes behind it: y = scale * W x + shift, per output channel. */
interface FirstLayer {
  /** [outputs, inputs, positions...], dense, with `scale` taken into it. */
  readonly weights: FloatTensor;
  readonly shift: Float64Array;
}

async function affineOf(
  engine: Engine,
  network: Network,
  { first, between }: LinearPair,
  shape: LinearShape,
  options: RunOptions,
): Promise<FirstLayer> {
  const weights = await denseWeights(engine, network, first, shape);
  const shift = await biasOf(engine, network, first, shape);
  const scale = new Float64Array(shape.outputs).fill(1);
  let data = first.outputs[0];
  for (const node of between) {
    throwIfCancelled(options.signal);
    await foldNode(engine, network, node, data, scale, shift);
    data = node.outputs[0];
  }
  const length = weights.data.length / shape.outputs;
  const scaled = weights.data.map((value, at) => value * (scale[Math.floor(at / length)] ?? 1));
  return { weights: { ...weights, data: scaled }, shift };
}

/** Takes a channelwise node into a scale and a shift. */
async function foldNode(
  engine: Engine,
  network: Network,
  node: Node,
  data: string | undefined,
  scale: Float64Array,
  shift: Float64Array,
): Promise<void> {
  const read = async (place: number): Promise<Float32Array> =>
    (await readWeight(engine, network, node.inputs[place] ?? '')).data;
  const of = (values: Float32Array, channel: number): number =>
    values.length === 1 ? (values[0] ?? NaN) : (values[channel] ?? NaN);
  const change = (factor: (channel: number) => number, term: (channel: number) => number): void => {
    for (const channel of scale.keys()) {
      scale[channel] = (scale[channel] ?? 0) * factor(channel);
      shift[channel] = (shift[channel] ?? 0) * factor(channel) + term(channel);
    }
  };
  if (node.opType === 'BatchNormalization') {
    const [gamma, beta, mean, variance] = await Promise.all([read(1), read(2), read(3), read(4)]);
    const epsilon = floatAttribute(node, 'epsilon') ?? 1e-5;
    const factor = (channel: number): number =>
      of(gamma, channel) / Math.sqrt(of(variance, channel) + epsilon);
    change(factor, (channel) => of(beta, channel) - of(mean, channel) * factor(channel));
    return;
  }
  if (!['Add', 'Sub', 'Mul', 'Div'].includes(node.opType)) {
    return;
  }
  const isFirst = node.inputs[0] === data;
  const other = await read(isFirst ? 1 : 0);
  switch (node.opType) {
    case 'Add':
      change(
        () => 1,
        (channel) => of(other, channel),
      );
      break;
    case 'Sub':
      change(
        () => (isFirst ? 1 : -1),
        (channel) => (isFirst ? -1 : 1) * of(other, channel),
      );
      break;
    case 'Mul':
      change(
        (channel) => of(other, channel),
        () => 0,
      );
      break;
    case 'Div':
      change(
        (channel) => 1 / of(other, channel),
        () => 0,
      );
      break;
  }
}

/** The weights as [outputs, inputs, positions...], groups filled up with zeros, alpha taken in. */
async function denseWeights(
  engine: Engine,
  network: Network,
  node: Node,
  { kind, outputs, inputs, groups, axes }: LinearShape,
): Promise<FloatTensor> {
  const { data } = await readWeight(engine, network, node.inputs[1] ?? '');
  if (kind === 'product') {
    const alpha = node.opType === 'Gemm' ? (floatAttribute(node, 'alpha') ?? 1) : 1;
    const isTurned = node.opType !== 'Gemm' || intAttribute(node, 'transB') !== 1;
    const dense = new Float32Array(outputs * inputs);
    for (let output = 0; output < outputs; output++) {
      for (let input = 0; input < inputs; input++) {
        const from = isTurned ? input * outputs + output : output * inputs + input;
        dense[output * inputs + input] = alpha * (data[from] ?? 0);
      }
    }
    return floatTensor([outputs, inputs], dense);
  }
  const kernels = axes.map(({ kernel }) => kernel);
  const positions = elementCount(kernels);
  if (groups === 1) {
    return floatTensor([outputs, inputs, ...kernels], data);
  }
  const dense = new Float32Array(outputs * inputs * positions);
  const row = (inputs / groups) * positions;
  for (let output = 0; output < outputs; output++) {
    const group = Math.floor((output * groups) / outputs);
    dense.set(data.subarray(output * row, (output + 1) * row), output * inputs * positions + group * row);
  }
  return floatTensor([outputs, inputs, ...kernels], dense);
}

async function biasOf(
  engine: Engine,
  network: Network,
  node: Node,
  { outputs, hasBias }: LinearShape,
): Promise<Float64Array> {
  if (!hasBias) {
    return new Float64Array(outputs);
  }
  const { data } = await readWeight(engine, network, node.inputs[2] ?? '');
  const beta = node.opType === 'Gemm' ? (floatAttribute(node, 'beta') ?? 1) : 1;
  return Float64Array.from(
    { length: outputs },
    (_, channel) => beta * (data[data.length === 1 ? 0 : channel] ?? NaN),
  );
}

async function mergedGraph(
  engine: Engine,
  network: Network,
  pair: LinearPair,
  plan: MergePlan,
  options: RunOptions,
): Promise<Graph> {
  const { graph } = network.model;
  const { weights, shift } = await affineOf(engine, network, pair, plan.first, options);
  const outer = await denseWeights(engine, network, pair.second, plan.second);
  const kernel = await composeKernels(engine, weights, outer, plan, options);
  const bias = await biasOf(engine, network, pair.second, plan.second);
  const row = outer.data.length / plan.second.outputs;
  const positions = row / plan.second.inputs;
  bias.forEach((value, output) => {
    let sum = value;
    for (let at = 0; at < row; at++) {
      sum += (outer.data[output * row + at] ?? 0) * (shift[Math.floor(at / positions)] ?? 0);
    }
    bias[output] = sum;
  });
  const { nodes, constants } = mergedNodes(network, pair, plan, kernel, Float32Array.from(bias));
  const gone = new Set<Node>([pair.first, ...pair.between]);
  const changed: Graph = {
    ...graph,
    nodes: graph.nodes.flatMap((node) => (node === pair.second ? nodes : gone.has(node) ? [] : [node])),
    constants: new Map([...graph.constants, ...constants.map((each) => [each.name, each] as const)]),
  };
  // Leaves out what only the merged layers read.
  const { nodes: left, constants: read } = cutGraph(
    changed,
    changed.outputs.map(({ name }) => name),
    new Map(),
    network.shapes,
  );
  const made = new Set(left.flatMap(({ outputs }) => outputs));
  const valueInfo = new Map([...graph.valueInfo].filter(([name]) => made.has(name)));
  return { ...changed, nodes: left, constants: read, valueInfo };
}

/**
 * The kernel of one convolution behind another: [outputs, inputs, positions...]. The sums over the channels between
 * them are a matrix product, which the engine computes: [positions2 * outputs, channels] by [channels, inputs *
 * positions1].
 */
async function composeKernels(
  engine: Engine,
  inner: FloatTensor,
  outer: FloatTensor,
  { first, second, merged }: MergePlan,
  options: RunOptions,
): Promise<FloatTensor> {
  const [innerPlaces, outerPlaces] = [first, second].map(({ axes }) =>
    placesOf(axes.map(({ kernel }) => kernel)),
  );
  const outerCount = outerPlaces?.length ?? 1;
  const innerCount = innerPlaces?.length ?? 1;
  const left = new Float32Array(outer.data.length);
  for (let output = 0; output < second.outputs; output++) {
    for (let channel = 0; channel < second.inputs; channel++) {
      for (let place = 0; place < outerCount; place++) {
        left[(place * second.outputs + output) * second.inputs + channel] =
          outer.data[(output * second.inputs + channel) * outerCount + place] ?? 0;
      }
    }
  }
  const product = await multiply(
    engine,
    floatTensor([outerCount * second.outputs, second.inputs], left),
    floatTensor([first.outputs, first.inputs * innerCount], inner.data),
    options,
  );
  const kernels = merged.axes.map(({ kernel }) => kernel);
  const count = elementCount(kernels);
  const data = new Float32Array(merged.outputs * merged.inputs * count);
  for (const [v, outerPlace] of (outerPlaces ?? [[]]).entries()) {
    for (const [t, innerPlace] of (innerPlaces ?? [[]]).entries()) {
      const place = merged.axes.reduce((flat, { kernel, dilation }, axis) => {
        const [one, two] = [first.axes[axis], second.axes[axis]];
        const offset =
          (innerPlace[axis] ?? 0) * (one?.dilation ?? 1) +
          (outerPlace[axis] ?? 0) * (two?.dilation ?? 1) * (one?.stride ?? 1);
        return flat * kernel + offset / dilation;
      }, 0);
      for (let output = 0; output < merged.outputs; output++) {
        const row = (v * merged.outputs + output) * first.inputs * innerCount;
        for (let input = 0; input < merged.inputs; input++) {
          const at = (output * merged.inputs + input) * count + place;
          data[at] = (data[at] ?? 0) + (product[row + input * innerCount + t] ?? 0);
        }
      }
    }
  }
  return floatTensor([merged.outputs, merged.inputs, ...kernels], data);
}

/** Every position of a kernel, row-major; one without axes for a product. */
function placesOf(kernels: readonly number[]): readonly (readonly number[])[] {
  return kernels.reduce<readonly (readonly number[])[]>(
    (places, kernel) => places.flatMap((place) => Array.from({ length: kernel }, (_, at) => [...place, at])),
    [[]],
  );
}

async function multiply(
  engine: Engine,
  a: FloatTensor,
  b: FloatTensor,
  options: RunOptions,
): Promise<Float32Array> {
  const graph: Graph = {
    name: 'product',
    nodes: [makeNode('product', 'MatMul', ['a', 'b'], ['ab'])],
    inputs: [
      { name: 'a', dtype: 'float32', shape: a.shape },
      { name: 'b', dtype: 'float32', shape: b.shape },
    ],
    outputs: [{ name: 'ab', dtype: 'float32' }],
    constants: new Map(),
    valueInfo: new Map(),
  };
  const model = encodeModel({ graph, opsets: new Map([['', 13]]), irVersion: 8, folder: '' });
  const [result] = await engine.run([{ model, feeds: { a, b }, fetch: ['ab'] }], options);
  return result?.['ab']?.data as Float32Array;
}

function mergedNodes(
  { model: { graph }, shapes, index }: Network,
  { first, second }: LinearPair,
  { merged }: MergePlan,
  kernel: FloatTensor,
  bias: Float32Array,
): { nodes: readonly Node[]; constants: readonly Constant[] } {
  const isFree = (name: string): boolean => !graph.constants.has(name) && index.producer(name) === undefined;
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let count = 2; !isFree(name); count++) {
      name = `${wanted}_${count}`;
    }
    return name;
  };
  const [data = '', output = ''] = [first.inputs[0], second.outputs[0]];
  const constants: Constant[] = [];
  const add = (part: string, { shape, data: values }: FloatTensor): string => {
    const name = fresh(`${second.name}.merged.${part}`);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    constants.push({
      name,
      dtype: 'float32',
      typeCode: codeOf('float32'),
      shape,
      data: { kind: 'inline', bytes },
    });
    return name;
  };
  const biasTensor = floatTensor([merged.outputs], bias);
  if (merged.kind === 'convolution') {
    const inputs = [data, add('weight', kernel), ...(merged.hasBias ? [add('bias', biasTensor)] : [])];
    const { axes } = merged;
    const attributes = {
      kernel_shape: ints(axes.map((axis) => axis.kernel)),
      strides: ints(axes.map((axis) => axis.stride)),
      dilations: ints(axes.map((axis) => axis.dilation)),
      pads: ints([...axes.map(({ pads }) => pads[0]), ...axes.map(({ pads }) => pads[1])]),
      group: int(1),
    };
    return {
      nodes: [makeNode(second.name, 'Conv', inputs, [output], attributes, second.metadata)],
      constants,
    };
  }
  const isMatrix = shapes.shapeOf(data)?.length === 2;
  if (isMatrix && merged.hasBias) {
    const inputs = [data, add('weight', kernel), add('bias', biasTensor)];
    return {
      nodes: [makeNode(second.name, 'Gemm', inputs, [output], { transB: int(1) }, second.metadata)],
      constants,
    };
  }
  const turned = add('weight', transposed(kernel));
  if (!merged.hasBias) {
    return {
      nodes: [makeNode(second.name, 'MatMul', [data, turned], [output], {}, second.metadata)],
      constants,
    };
  }
  const product = fresh(`${second.name}.merged.product`);
  return {
    nodes: [
      makeNode(`${second.name}.merged.product`, 'MatMul', [data, turned], [product], {}, second.metadata),
      makeNode(second.name, 'Add', [product, add('bias', biasTensor)], [output], {}, second.metadata),
    ],
    constants,
  };
}

function transposed({ shape: [rows = 0, columns = 0], data }: FloatTensor): FloatTensor {
  const turned = Float32Array.from(
    { length: data.length },
    (_, at) => data[(at % rows) * columns + Math.floor(at / rows)] ?? 0,
  );
  return floatTensor([columns, rows], turned);
}

/** Runs both networks on one random input. */
async function outputDifference(
  engine: Engine,
  before: Network,
  after: Network,
  options: RunOptions,
): Promise<number> {
  const input = noise(before.input.shape, 1);
  const names = before.model.graph.outputs
    .map(({ name }) => name)
    .filter((name) => before.shapes.typeOf(name) === 'float32');
  const steps = [before, after].map(({ model, shapes, input: { name, shape } }) => ({
    model: encodeModel({ ...model, graph: cutGraph(model.graph, names, new Map([[name, shape]]), shapes) }),
    feeds: { [name]: input },
    fetch: names,
  }));
  const [one, two] = await engine.run(steps, options);
  return Math.max(
    ...names.map((name) =>
      largestDifference(one?.[name]?.data as Float32Array, two?.[name]?.data as Float32Array),
    ),
  );
}
