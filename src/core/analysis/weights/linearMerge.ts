/** Writing two linear layers as the one that they amount to. */

import type { Engine, RunOptions } from '../../engine.js';
import { UserError, throwIfCancelled } from '../../errors.js';
import type { Network } from '../../network/network.js';
import { cutGraph, shapesFor } from '../../onnx/derive.js';
import { encodeModel, encodeWhole } from '../../onnx/encode.js';
import { indexGraph } from '../../onnx/graphIndex.js';
import type { Graph } from '../../onnx/model.js';
import { pixelTensors } from '../../network/pixels.js';
import { affineOf } from './linearLayer.js';
import { linearPairs } from './linearPairs.js';
import type { LinearPair } from './linearPairs.js';
import { noise, largestDifference } from './linearity.js';
import { mergedGraph } from './mergedGraph.js';
import { planMerge } from './mergePlan.js';
import type { MergePlan } from './mergePlan.js';

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
