/**
 * Runs backward rules on small graphs made in memory: forward and backward through onnxruntime in this process.
 *
 * Shapes and types come from the forward run, so that a test of a rule depends on nothing but the rule.
 */

import * as ort from 'onnxruntime-node';

import { differentiate } from '../../../../src/core/backward/differentiate.js';
import type { BackwardGraph, Cotangent } from '../../../../src/core/backward/differentiate.js';
import { buildProjection, PROJECTION, SIGNAL } from '../../../../src/core/backward/project.js';
import type { Projection, ProjectionSource } from '../../../../src/core/backward/project.js';
import { BACKWARD_OPSET } from '../../../../src/core/backward/rule.js';
import type { Method, NormalizationMode } from '../../../../src/core/backward/rule.js';
import { codeOf } from '../../../../src/core/onnx/dataTypes.js';
import { encodeModel } from '../../../../src/core/onnx/encode.js';
import { indexGraph } from '../../../../src/core/onnx/graphIndex.js';
import type { Attribute, Constant, DerivedModel, Graph, Node } from '../../../../src/core/onnx/model.js';
import type { Shapes } from '../../../../src/core/onnx/shapes.js';
import { floatTensor, int64Tensor } from '../../../../src/core/tensor.js';
import type { DataType, FloatTensor, Tensor, TensorData } from '../../../../src/core/tensor.js';

export { float, floats, int, ints, string } from '../../../../src/core/onnx/attributes.js';

/** A tensor as fixtures hold it. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** A float32 tensor: shape and values. */
export const f32 = (shape: readonly number[], values: readonly number[]): FloatTensor =>
  floatTensor(shape, values);
/** A one-dimensional int64 tensor. */
export const i64 = (...values: number[]): Tensor => int64Tensor([values.length], values);

/** Reproducible values, roughly uniform in (-1, 1), no two alike. */
export function noise(shape: readonly number[], seed = 1): FloatTensor {
  let state = (seed * 2654435761) >>> 0;
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  const values = Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32) * 2 - 1;
  });
  return floatTensor(shape, values);
}

export interface NodeSpec {
  readonly opType: string;
  readonly inputs: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly domain?: string;
  /** The primitive nodes that a composite stands for. */
  readonly body?: readonly NodeSpec[];
}

/** A forward graph. Its only model input is the image `x`; everything else in `constants` is an initializer. */
export interface Case {
  readonly nodes: readonly NodeSpec[];
  readonly x: Tensor;
  readonly constants?: Readonly<Record<string, Tensor>>;
  readonly opset?: number;
  /** Tensor at which the signal starts: the last node's first output unless given. */
  readonly target?: string;
  readonly method?: Method;
  readonly normalization?: NormalizationMode;
}

/** The case of one node whose input 0 is the image `x` and whose other inputs are `constants`, in order. */
export function oneNode(
  opType: string,
  x: Tensor,
  {
    constants = {},
    attributes = {},
    ...rest
  }: Omit<Case, 'nodes' | 'x'> & { readonly attributes?: Record<string, Attribute> } = {},
): Case {
  return { nodes: [{ opType, inputs: ['x', ...Object.keys(constants)], attributes }], x, constants, ...rest };
}

/** A case that has been run forward. */
export interface Forwarded {
  readonly graph: Graph;
  readonly target: string;
  readonly shapes: Shapes;
  /** Every tensor of the run by name. */
  readonly values: ReadonlyMap<string, Tensor>;
}

const DEFAULT_OPSET = 17;
const IR_VERSION = 8;

/** Runs a case forward and gives all its tensors. */
export async function forward(spec: Case): Promise<Forwarded> {
  const graph = graphOf(spec);
  const opsets = opsetsOf(spec);
  const names = graph.nodes.flatMap((node) => node.outputs.filter((output) => output !== ''));
  const tapped = { ...graph, outputs: names.map((name) => ({ name })) };
  const model = encodeModel({ graph: tapped, opsets, irVersion: IR_VERSION, folder: '' });
  const outputs = await runModel(model, { x: spec.x });
  const values = new Map(Object.entries({ x: spec.x, ...spec.constants, ...outputs }));
  const shapes: Shapes = {
    shapeOf: (name) => values.get(name)?.shape,
    staticShapeOf: (name) => values.get(name)?.shape,
    typeOf: (name) => values.get(name)?.dtype,
    valuesOf: (name) => {
      const value = name === 'x' ? undefined : values.get(name);
      return value && Array.from(value.data as ArrayLike<number | bigint>, Number);
    },
  };
  return { graph, target: spec.target ?? graph.outputs[0]?.name ?? '', shapes, values };
}

function sourceOf(spec: Case, { graph, shapes }: Forwarded): ProjectionSource {
  const opsets = opsetsOf(spec);
  return { index: indexGraph(graph), shapes, opsets, irVersion: IR_VERSION, folder: '', file: 'model.onnx' };
}

const passageOf = ({
  method = 'gradient',
  normalization = 'pass',
}: Case): Required<Pick<Case, 'method' | 'normalization'>> => ({ method, normalization });

/** Builds the backward model of a case. */
export function projectionOf(spec: Case, run: Forwarded): Projection {
  return buildProjection(sourceOf(spec, run), { image: 'x', target: run.target, ...passageOf(spec) });
}

/** Builds the graph from cotangents to the signals at `wanted` tensors, whose outputs have their names. */
export function backwardGraphOf(
  spec: Case,
  run: Forwarded,
  cotangents: ReadonlyMap<string, Cotangent>,
  wanted: readonly string[],
): BackwardGraph {
  const outputs = new Map(wanted.map((tensor) => [tensor, `signal at ${tensor}`]));
  return differentiate(sourceOf(spec, run), cotangents, outputs, passageOf(spec));
}

/**
 * Sends `signals` by the tensor at which they start back to `wanted` tensors.
 * @param fixed true to write the signals into the model
 */
export async function signalsAt(
  spec: Case,
  signals: Readonly<Record<string, FloatTensor>>,
  wanted: readonly string[],
  fixed = false,
): Promise<readonly FloatTensor[]> {
  const run = await forward(spec);
  const cotangents = Object.entries(signals).map(([tensor, value]): [string, Cotangent] => [
    tensor,
    fixed ? { kind: 'constant', value } : { kind: 'input', name: `signal from ${tensor}` },
  ]);
  const { saved, graph } = backwardGraphOf(spec, run, new Map(cotangents), wanted);
  const opsets = new Map([['', BACKWARD_OPSET]]);
  const outputs = await runModel(encodeModel({ graph, opsets, irVersion: IR_VERSION, folder: '' }), {
    ...Object.fromEntries(saved.map(({ input, tensor }) => [input, tensorNamed(run.values, tensor)])),
    ...(fixed
      ? {}
      : Object.fromEntries(Object.entries(signals).map(([name, value]) => [`signal from ${name}`, value]))),
  });
  return wanted.map((tensor) => asFloats(outputs[`signal at ${tensor}`]));
}

/** Sends `signal` back from the target of a case to its image; `signal` must have the target's shape. */
export async function backward(spec: Case, signal: FloatTensor): Promise<FloatTensor> {
  const run = await forward(spec);
  const { saved, backward: model } = projectionOf(spec, run);
  const feeds: Record<string, Tensor> = { [SIGNAL]: signal };
  for (const { input, tensor } of saved) {
    feeds[input] = tensorNamed(run.values, tensor);
  }
  const outputs = await runModel(model, feeds);
  return asFloats(outputs[PROJECTION]);
}

/**
 * Largest difference between the gradient that the rules give and central finite differences, over the
 * largest gradient, for the loss sum(signal * target) with a fixed random signal. The model's own arithmetic
 * is float32: expect about 1e-3 at the default step, and exactness to rounding for linear operators at any step.
 * @param wanted the image, constants or both; the worst of them counts
 */
export async function gradientError(
  spec: Case,
  step = 1e-2,
  wanted: readonly string[] = ['x'],
): Promise<number> {
  const run = await forward(spec);
  const signal = noise(tensorNamed(run.values, run.target).shape, 77);
  const analytic = await signalsAt({ ...spec, method: 'gradient' }, { [run.target]: signal }, wanted);

  // What is moved is an input of the model.
  const graph = graphOf(spec);
  const moved = new Map(wanted.map((name) => [name, asFloats(run.values.get(name))]));
  const model = encodeModel({
    graph: {
      ...graph,
      inputs: [...new Map([['x', spec.x], ...moved])].map(([name, { dtype, shape }]) => ({
        name,
        dtype,
        shape,
      })),
      constants: new Map([...graph.constants].filter(([name]) => !moved.has(name))),
      outputs: [{ name: run.target }],
    },
    opsets: opsetsOf(spec),
    irVersion: IR_VERSION,
    folder: '',
  });
  const session = await createSession(model);
  const lossAt = async (name: string, position: number, shift: number): Promise<number> => {
    const { shape, data } = asFloats(moved.get(name));
    const values = data.with(position, (data[position] ?? 0) + shift);
    const feeds = { x: spec.x, ...Object.fromEntries(moved), [name]: floatTensor(shape, values) };
    const target = asFloats((await runSession(session, feeds))[run.target]).data;
    return target.reduce((sum, value, index) => sum + value * (signal.data[index] ?? 0), 0);
  };
  let error = 0;
  for (const [index, name] of wanted.entries()) {
    let largest = 0;
    let worst = 0;
    for (const [position, found] of [...(analytic[index]?.data ?? [])].entries()) {
      const numeric =
        ((await lossAt(name, position, step)) - (await lossAt(name, position, -step))) / (2 * step);
      largest = Math.max(largest, Math.abs(numeric));
      worst = Math.max(worst, Math.abs(numeric - found));
    }
    // Not a number where nothing was moved, or nothing answered.
    error = Math.max(error, worst / largest);
  }
  return error;
}

/** Runs an encoded model once. */
export async function runModel(
  model: DerivedModel,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  return runSession(await createSession(model), feeds);
}

function createSession(model: DerivedModel): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(model.bytes, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
}

async function runSession(
  session: ort.InferenceSession,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, Tensor>> {
  const given = Object.entries(feeds).map(([name, { dtype, data, shape }]) => [
    name,
    new ort.Tensor(dtype as 'float32', data as Float32Array, shape),
  ]);
  const results = await session.run(Object.fromEntries(given) as ort.InferenceSession.FeedsType);
  return Object.fromEntries(
    Object.entries(results).map(([name, { type, dims, data }]) => [
      name,
      { dtype: type as DataType, shape: dims, data: data as TensorData },
    ]),
  );
}

function nodesOf(specs: readonly NodeSpec[]): readonly Node[] {
  return specs.map(({ opType, inputs, outputs, attributes = {}, domain = '', body }, position) => {
    const name = `${opType.toLowerCase()}${position}`;
    return {
      name,
      opType,
      domain,
      inputs,
      outputs: outputs ?? [position === specs.length - 1 ? 'y' : `${name}_out`],
      attributes: new Map(Object.entries(attributes)),
      metadata: new Map(),
      ...(body && { body: nodesOf(body) }),
    };
  });
}

function graphOf({ nodes, x, constants = {}, target }: Case): Graph {
  const made = nodesOf(nodes);
  return {
    name: 'case',
    nodes: made,
    inputs: [{ name: 'x', dtype: x.dtype, shape: x.shape }],
    outputs: [{ name: target ?? made.at(-1)?.outputs[0] ?? '' }],
    constants: new Map(Object.entries(constants).map(([name, tensor]) => [name, constantOf(name, tensor)])),
    valueInfo: new Map(),
  };
}

function constantOf(name: string, { dtype, shape, data }: Tensor): Constant {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { name, dtype, shape, typeCode: codeOf(dtype), data: { kind: 'inline', bytes } };
}

function opsetsOf({ nodes, opset = DEFAULT_OPSET }: Case): ReadonlyMap<string, number> {
  const foreign = nodes.flatMap(({ domain }) => (domain ? [[domain, 1] as const] : []));
  return new Map([['', opset], ...foreign]);
}

function tensorNamed(values: ReadonlyMap<string, Tensor>, name: string): Tensor {
  const value = values.get(name);
  if (value === undefined) {
    throw new Error(`the forward run has no tensor '${name}'`);
  }
  return value;
}

function asFloats(tensor: Tensor | undefined): FloatTensor {
  if (!(tensor?.data instanceof Float32Array)) {
    throw new Error(`expected a float32 tensor, found ${tensor?.dtype ?? 'nothing'}`);
  }
  return { dtype: 'float32', shape: tensor.shape, data: tensor.data };
}
