/** A network cut into the models of a windowed run: levels that compute windows, and a tail on whole tensors. */

import type { Network } from '../network/network.js';
import { rebatch } from '../onnx/derive.js';
import { forwardOf } from '../network/forward.js';
import { encodeModel } from '../onnx/encode.js';
import { indexGraph } from '../onnx/graphIndex.js';
import { subgraph } from '../onnx/subgraph.js';
import type { DerivedModel } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import type { Interval } from './interval.js';
import { wholeCost, windowCosts } from './windowCosts.js';
import type { Cost, WindowCost } from './windowCosts.js';
import { draftLevels, levelModel } from './windowLevels.js';
import type { Level } from './windowLevels.js';
import type { WindowGeometry } from './windowGeometry.js';
import { axesIn, geometryOf, tailInputsOf } from './windowSource.js';
import type { WindowSource } from './windowSource.js';

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

  const { drafts, levelOf } = draftLevels(nodes, image, geometry);

  // What runs whole reads these whole.
  const windowed = new Set(nodes.map(({ node }) => node));
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
      index.graph.nodes.filter((node) => !windowed.has(node) && node.outputs.some(isPixels)),
      tailInputs,
      shapes,
    ),
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
