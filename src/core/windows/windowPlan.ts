/** A network cut into the models of a windowed run: levels that compute windows, and a tail on whole tensors. */

import type { Network } from '../network/network.js';
import { cutGraph, rebatch, shapesFor } from '../onnx/derive.js';
import { forwardOf } from '../network/forward.js';
import { encodeModel } from '../onnx/encode.js';
import { indexGraph } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import { multiplyAdds } from '../onnx/multiplyAdds.js';
import { pixelTensors } from '../network/pixels.js';
import { positionsOf } from '../network/receptiveField.js';
import { pieceOf, subgraph } from '../onnx/subgraph.js';
import { makeNode } from '../onnx/makeNode.js';
import type { DerivedModel, Graph, Model, Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { elementCount } from '../tensor.js';
import type { Interval } from './interval.js';
import { windowedForm } from './windowedForm.js';
import type { WindowRead, WindowedForm, WindowedNode } from './windowedForm.js';
import { windowGeometry } from './windowGeometry.js';
import type { WindowGeometry } from './windowGeometry.js';

/** Windows cut out of a tensor's value without an occluder, with what was computed anew written over them. */
export interface Cut {
  /** The input of the level's model. */
  readonly name: string;
  readonly tensor: string;
  readonly read: WindowRead;
  /** The shared window (see WindowGeometry) of the node that reads it. */
  readonly window: number;
}

/** A factor per position for averages at the borders. */
export interface Correction {
  readonly name: string;
  readonly inside: NonNullable<WindowedForm['inside']>;
  readonly window: number;
}

/** One model run of a group of positions. */
export interface Level {
  readonly model: DerivedModel;
  readonly cuts: readonly Cut[];
  readonly corrections: readonly Correction[];
  /** Outputs of earlier levels that are fed as they are. */
  readonly passed: readonly string[];
  /** Its outputs. */
  readonly made: readonly string[];
}

/** The model on whole tensors behind the last window; no model where nothing is left to compute. */
export interface Tail {
  readonly model: DerivedModel | undefined;
  /** Windowed tensors (or the image) that are made whole for it. */
  readonly inputs: readonly string[];
  /** False where the model takes one image at a time. */
  readonly isBatched: boolean;
}

export interface WindowPlan {
  readonly network: Network;
  readonly outputs: readonly string[];
  readonly geometry: WindowGeometry;
  readonly levels: readonly Level[];
  /** The level that computes a windowed tensor; -1 for the image. */
  levelOf(tensor: string): number;
  readonly tail: Tail;
  /** The model of the run without an occluder, and the tensors that windows are cut from. */
  readonly base: DerivedModel | undefined;
  readonly baseTensors: readonly string[];
  readonly shapes: Shapes;
  /** The axis of rows of a windowed tensor or the image. */
  rowAxisOf(tensor: string): number;
  /** Multiply-adds, and elements moved, of one position whose windows have the given sizes; of the tail alone. */
  readonly costs: readonly WindowCost[];
  readonly tailCost: Cost;
}

export interface Cost {
  readonly multiplyAdds: number;
  readonly elements: number;
}

/** The cost of one element of a window: of a node's output, or of what is cut for it. */
export interface WindowCost extends Cost {
  readonly window: number;
}

/** The network's graph with outputs to follow, seen as something windows can run through. */
export interface WindowSource {
  readonly network: Network;
  readonly model: Model;
  readonly index: GraphIndex;
  readonly shapes: Shapes;
  readonly outputs: readonly string[];
  /** Nodes that can run on windows, in topological order, each behind the image or others of them. */
  readonly candidates: readonly WindowedNode[];
  readonly axesOf: (tensor: string) => readonly [number, number] | undefined;
  readonly isPixels: (tensor: string) => boolean;
}

/** Finds what can run on windows on the way to `outputs` of `graph`, which may have more nodes than the network's. */
export function windowSource(network: Network, graph: Graph, outputs: readonly string[]): WindowSource {
  const { input } = network;
  const inputShapes = new Map([[input.name, input.shape]]);
  const whole: Model = { ...network.model, graph };
  const shapes = shapesFor(whole, inputShapes);
  const model: Model = { ...whole, graph: cutGraph(graph, outputs, inputShapes, shapes) };
  const index = indexGraph(model.graph);
  const axes = positionsOf(index, shapes, input).axes;
  const pixels = pixelTensors(index, shapes, input.name);
  const context = {
    shapes,
    axesOf: (tensor: string) => axes.get(tensor),
    isPixels: (tensor: string) => pixels.has(tensor),
  };
  const reached = new Set([input.name]);
  const candidates: WindowedNode[] = [];
  for (const node of model.graph.nodes) {
    const form = windowedForm(node, context);
    const [output = ''] = node.outputs;
    if (
      form !== undefined &&
      form.reads.length > 0 &&
      form.reads.every(({ tensor }) => reached.has(tensor))
    ) {
      reached.add(output);
      candidates.push({ node, output, form });
    }
  }
  return { network, model, index, outputs, candidates, ...context };
}

/**
 * The plan that runs the first `count` candidates on windows and everything else whole.
 * @param probes rows and columns that occluders of the sweep cover
 */
export function planWindows(
  source: WindowSource,
  count: number,
  probes: readonly [readonly Interval[], readonly Interval[]],
): WindowPlan {
  const { network, model, index, shapes, outputs, isPixels } = source;
  const image = network.input.name;
  const nodes = source.candidates.slice(0, count);
  const rowAxisOf = (tensor: string): number => axesIn(source, tensor)[0];
  const geometry = geometryOf(source, nodes, probes);

  const windowed = new Set(nodes.map(({ node }) => node));
  const levelOfTensor = new Map([[image, -1]]);
  const levelOf = (tensor: string): number => {
    const level = levelOfTensor.get(tensor);
    if (level === undefined) {
      throw new Error(`'${tensor}' is not computed by windows`);
    }
    return level;
  };
  const drafts: Draft[] = [];
  for (const each of nodes) {
    const level = each.form.reads.reduce(
      (most, read) => Math.max(most, levelOf(read.tensor) + (geometry.isPassed(read, each) ? 0 : 1)),
      0,
    );
    levelOfTensor.set(each.output, level);
    (drafts[level] ??= { nodes: [], cuts: new Map(), corrections: [], passed: new Set() }).nodes.push(
      ...written(each, level, drafts, { geometry, levelOf }),
    );
  }

  // What runs whole reads these whole.
  const isWhole = (node: Node): boolean => !windowed.has(node);
  const tailInputs = tailInputsOf(source, nodes);
  const neededLater = new Set([
    ...tailInputs,
    ...drafts.flatMap(({ cuts, passed }) => [...[...cuts.values()].map(({ tensor }) => tensor), ...passed]),
  ]);
  const baseTensors = [
    ...new Set([
      ...drafts.flatMap(({ cuts }) => [...cuts.values()].map(({ tensor }) => tensor)),
      ...tailInputs.filter((name) => name !== image),
    ]),
  ].filter((name) => name !== image);

  return {
    network,
    outputs,
    geometry,
    levels: drafts.map((draft, level) =>
      levelModel(draft, level, source, { levelOf, rowAxisOf, neededLater }),
    ),
    levelOf,
    tail: tailModel(source, tailInputs),
    base:
      baseTensors.length === 0 ? undefined : forwardOf({ model, input: network.input, shapes }, baseTensors),
    baseTensors,
    shapes,
    rowAxisOf,
    costs: nodes.flatMap((each) => windowCosts(each, geometry, shapes)),
    tailCost: wholeCost(
      index.graph.nodes.filter((node) => isWhole(node) && node.outputs.some(isPixels)),
      tailInputs,
      shapes,
    ),
  };
}

/** The axes of rows and columns of a windowed tensor or the image. */
function axesIn({ network, axesOf }: WindowSource, tensor: string): readonly [number, number] {
  const { name, layout } = network.input;
  const own = layout === 'NCHW' ? ([2, 3] as const) : ([1, 2] as const);
  return tensor === name ? own : (axesOf(tensor) ?? own);
}

/** Rows and columns of a windowed tensor or the image. */
export function sizeIn(source: WindowSource, tensor: string): readonly [number, number] {
  const shape = source.shapes.staticShapeOf(tensor) ?? [];
  const [row, column] = axesIn(source, tensor);
  return [shape[row] ?? 1, shape[column] ?? 1];
}

/** How windows spread through `nodes` of the source's candidates. */
export function geometryOf(
  source: WindowSource,
  nodes: readonly WindowedNode[],
  probes: readonly [readonly Interval[], readonly Interval[]],
): WindowGeometry {
  return windowGeometry(
    nodes,
    source.network.input.name,
    (tensor) => sizeIn(source, tensor),
    (tensor) => elementCount(source.shapes.staticShapeOf(tensor) ?? []),
    probes,
  );
}

/** What the nodes that are not `windowed` read of the image and of those that are, and outputs among these. */
export function tailInputsOf(source: WindowSource, windowed: readonly WindowedNode[]): readonly string[] {
  const { network, index, outputs } = source;
  const onWindows = new Set(windowed.map(({ node }) => node));
  const computed = new Set([network.input.name, ...windowed.map(({ output }) => output)]);
  const read = index.graph.nodes.filter((node) => !onWindows.has(node)).flatMap(({ inputs }) => inputs);
  return [...new Set([...read, ...outputs])].filter((name) => computed.has(name));
}

interface Draft {
  readonly nodes: Node[];
  readonly cuts: Map<string, Cut>;
  readonly corrections: Correction[];
  readonly passed: Set<string>;
}

/** The node as a level's model holds it; notes what has to be cut and passed for it. */
function written(
  each: WindowedNode,
  level: number,
  drafts: Draft[],
  { geometry, levelOf }: { geometry: WindowGeometry; levelOf: (tensor: string) => number },
): Node[] {
  const draft = (drafts[level] ??= { nodes: [], cuts: new Map(), corrections: [], passed: new Set() });
  const { form, output } = each;
  const window = geometry.windowOf(output);
  const inputs = [...form.node.inputs];
  for (const read of form.reads) {
    if (geometry.isPassed(read, each)) {
      if (levelOf(read.tensor) < level) {
        draft.passed.add(read.tensor);
      }
      continue;
    }
    const { tensor, rows, columns, padding } = read;
    const key = [
      tensor,
      window,
      padding,
      ...[rows, columns].flatMap(({ step, first, last }) => [step, first, last]),
    ];
    const name = draft.cuts.get(key.join())?.name ?? `cut:${level}:${draft.cuts.size}`;
    draft.cuts.set(key.join(), { name, tensor, read, window });
    inputs[read.input] = name;
  }
  const node = { ...form.node, inputs, outputs: [output] };
  if (form.inside === undefined) {
    return node.body === undefined ? [node] : [{ ...node, body: renamed(node, form.node.inputs) }];
  }
  const name = `inside:${draft.corrections.length}`;
  draft.corrections.push({ name, inside: form.inside, window });
  const covered = `${output}:covered`;
  return [{ ...node, outputs: [covered] }, makeNode(`${node.name}:inside`, 'Mul', [covered, name], [output])];
}

/** A composite's body with the composite's own inputs in place of the ones it was recognised with. */
function renamed(node: Node, before: readonly string[]): readonly Node[] {
  const names = new Map(before.map((name, input) => [name, node.inputs[input] ?? name]));
  const rename = (inner: Node): Node => ({
    ...inner,
    inputs: inner.inputs.map((name) => names.get(name) ?? name),
    ...(inner.body && { body: inner.body.map(rename) }),
  });
  return (node.body ?? []).map(rename);
}

interface LevelSetting {
  readonly levelOf: (tensor: string) => number;
  readonly rowAxisOf: (tensor: string) => number;
  /** Tensors that later levels or the tail read. */
  readonly neededLater: ReadonlySet<string>;
}

function levelModel(
  draft: Draft,
  level: number,
  { model, index, shapes, isPixels }: WindowSource,
  { levelOf, rowAxisOf, neededLater }: LevelSetting,
): Level {
  const { nodes, cuts, corrections, passed } = draft;
  const float = { dtype: 'float32' } as const;
  const windowShape = (tensor: string): (number | undefined)[] =>
    (shapes.staticShapeOf(tensor) ?? []).map((size, axis) =>
      axis === 0 || axis === rowAxisOf(tensor) || axis === rowAxisOf(tensor) + 1 ? undefined : size,
    );
  const inputs = [
    ...[...cuts.values()].map(({ name, tensor }) => ({ name, shape: windowShape(tensor), ...float })),
    ...corrections.map(({ name }) => ({ name, shape: [undefined, 1, undefined, undefined], ...float })),
    ...[...passed].map((name) => ({ name, shape: windowShape(name), ...float })),
  ];
  const made = nodes.flatMap(({ outputs }) => outputs);
  const outputs = made
    .filter((name) => neededLater.has(name) && levelOf(name) === level)
    .map((name) => ({ name, ...float }));
  // What does not depend on pixels is computed where it is read.
  const read = nodes.flatMap(({ inputs: names }) => names);
  const constant = index
    .ancestors(read.filter((name) => !isPixels(name)))
    .filter((node) => !node.outputs.some(isPixels));
  const graph = pieceOf(model.graph, [...constant, ...nodes], inputs, outputs);
  return {
    model: encodeModel({ ...model, graph }),
    cuts: [...cuts.values()],
    corrections,
    passed: [...passed],
    made: outputs.map(({ name }) => name),
  };
}

function tailModel(source: WindowSource, inputs: readonly string[]): Tail {
  const { network, model, shapes, outputs } = source;
  const left = outputs.filter((name) => !inputs.includes(name));
  if (left.length === 0) {
    return { model: undefined, inputs, isBatched: true };
  }
  // Any batch will do; two shows a graph that takes only one.
  const batched = rebatch(model, network.input.name, shapes, 2);
  const index = batched === undefined ? source.index : indexGraph(batched);
  const graph = subgraph(
    index,
    inputs.map((name) => ({
      name,
      dtype: 'float32',
      shape: (shapes.staticShapeOf(name) ?? []).map((size, axis) =>
        axis === 0 ? (batched === undefined ? 1 : undefined) : size,
      ),
    })),
    left.map((name) => ({ name, dtype: shapes.typeOf(name) })),
  );
  return { model: encodeModel({ ...model, graph }), inputs, isBatched: batched !== undefined };
}

/** The cost of a node for each element of its output's window. */
export function windowCosts(each: WindowedNode, geometry: WindowGeometry, shapes: Shapes): WindowCost[] {
  const { node, output, form } = each;
  const window = geometry.windowOf(output);
  const [rows, columns] = geometry.sizeOf(window);
  const size = elementCount(shapes.staticShapeOf(output) ?? []);
  const own = { multiplyAdds: multiplyAdds(node, shapes) ?? 0, elements: size };
  const cut = form.reads
    .filter((read) => !geometry.isPassed(read, each))
    .map(({ tensor }) => elementCount(shapes.staticShapeOf(tensor) ?? []));
  const elements = cut.reduce((sum, count) => sum + count, own.elements);
  return [
    { window, multiplyAdds: own.multiplyAdds / (rows * columns), elements: elements / (rows * columns) },
  ];
}

/** The cost of nodes on whole tensors, for one position. */
export function wholeCost(nodes: readonly Node[], inputs: readonly string[], shapes: Shapes): Cost {
  const sizeOf = (name: string): number => elementCount(shapes.staticShapeOf(name) ?? [0]);
  return {
    multiplyAdds: nodes.reduce((sum, node) => sum + (multiplyAdds(node, shapes) ?? 0), 0),
    elements: [...inputs, ...nodes.flatMap(({ outputs }) => outputs)].reduce(
      (sum, name) => sum + sizeOf(name),
      0,
    ),
  };
}
