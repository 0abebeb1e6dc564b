/** What does an activation layer get to see, how steep is it there, and what would another function in its place do? */

import { largestSlope, NEARLY_VANISHED } from '../../activations/activation.js';
import type { ActivationFunction, ParameterValues } from '../../activations/activation.js';
import { withActivation } from '../../activations/swap.js';
import { activationOf } from '../../activations/registry.js';
import type { ActivationChoice } from '../../activations/registry.js';
import type { Engine, RunOptions, TensorMap } from '../../engine.js';
import { UserError } from '../../errors.js';
import { toFloat32 } from '../../floats.js';
import type { Network } from '../../network/network.js';
import { forwardOf } from '../../network/forward.js';
import type { Layer } from '../../network/layers.js';
import { histogram, statistics } from '../../statistics.js';
import type { Histogram, MapStatistics } from '../../statistics.js';
import { probabilities } from './scores.js';
import type { FloatTensor } from '../../tensor.js';

export interface ActivationInputs {
  readonly layer: Layer;
  /** The function that the layer has. */
  readonly own: ActivationChoice;
  /** What the layer is fed on the photo. */
  readonly values: Float32Array;
  readonly statistics: MapStatistics;
  readonly histogram: Histogram;
}

export interface Steepness {
  /** Share of the inputs where the derivative is below NEARLY_VANISHED of its largest value. */
  readonly vanishing: number;
  /** Root mean square of the derivative over the inputs: what one such layer leaves of a gradient, weights aside. */
  readonly slope: number;
}

/**
 * What an activation layer is fed on one photo.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @throws UserError where the layer is no activation function that can be drawn
 */
export async function activationInputs(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  layer: Layer,
  options?: RunOptions,
): Promise<ActivationInputs> {
  const own = activationOf(layer.node, network.shapes);
  const tensor = layer.node.inputs[0] ?? '';
  if (own === undefined) {
    throw new UserError(
      `layer '${layer.name}' (${layer.node.opType}) is no activation function of one number`,
    );
  }
  const model = forwardOf(network, [tensor]);
  const [result] = await engine.run(
    [{ model, feeds: { [network.input.name]: input }, fetch: [tensor], memo: true }],
    options,
  );
  const values = valuesOf(result, tensor);
  const whole = statistics(values);
  return { layer, own, values, statistics: whole, histogram: histogram(values, whole) };
}

/** How steep a function is where a layer works. */
export function steepness(
  values: Float32Array,
  activation: ActivationFunction,
  parameters: ParameterValues,
): Steepness {
  const limit = NEARLY_VANISHED * largestSlope(activation, parameters);
  let [vanishing, squares] = [0, 0];
  for (const value of values) {
    const slope = Math.abs(activation.slope(value, parameters));
    // A function that is flat everywhere has vanished everywhere.
    vanishing += slope < limit || slope === 0 ? 1 : 0;
    squares += slope * slope;
  }
  const count = Math.max(1, values.length);
  return { vanishing: vanishing / count, slope: Math.sqrt(squares / count) };
}

export interface SwapResult {
  /** The layer's outputs with its own function and with the other. */
  readonly before: MapStatistics;
  readonly after: MapStatistics;
  /** Root mean square of the change of the layer's outputs, over that of its own ones. */
  readonly change: number;
  /** Class probabilities; undefined for a network that does not classify. */
  readonly probabilities: { readonly before: Float32Array; readonly after: Float32Array } | undefined;
}

/**
 * Runs the network as it is and with another function in the layer's place, all weights as they are.
 * @throws UserError where the layer has another type than float32, or the model's operator set is too old
 */
export async function swapActivation(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  layer: Layer,
  { activation, parameters }: ActivationChoice,
  options?: RunOptions,
): Promise<SwapResult> {
  const { model, shapes, scores } = network;
  const output = layer.node.outputs[0] ?? '';
  if (shapes.typeOf(output) !== 'float32') {
    throw new UserError(
      `layer '${layer.name}' computes in ${shapes.typeOf(output) ?? 'an unknown type'}; functions are swapped in float32`,
    );
  }
  const graph = withActivation(model.graph, model.opsets.get('') ?? 0, layer.node, activation, parameters);
  const fetch = [...new Set([output, ...(scores ? [scores.tensor] : [])])];
  const derived = [model, { ...model, graph }].map((each) =>
    forwardOf({ model: each, input: network.input, shapes }, fetch),
  );
  const results = await engine.run(
    derived.map((each) => ({ model: each, feeds: { [network.input.name]: input }, fetch })),
    options,
  );
  const [before, after] = results.map((result) => valuesOf(result, output));
  const [own = new Float32Array(), other = new Float32Array()] = [before, after];
  const rows = scores && results.map((result) => probabilities(valuesOf(result, scores.tensor), scores));
  return {
    before: statistics(own),
    after: statistics(other),
    change: relativeChange(own, other),
    probabilities: rows?.[0] && rows[1] && { before: rows[0], after: rows[1] },
  };
}

function relativeChange(before: Float32Array, after: Float32Array): number {
  let [change, whole] = [0, 0];
  for (const [at, value] of before.entries()) {
    change += ((after[at] ?? NaN) - value) ** 2;
    whole += value * value;
  }
  return change === 0 ? 0 : Math.sqrt(change / whole);
}

function valuesOf(result: TensorMap | undefined, name: string): Float32Array {
  const tensor = result?.[name];
  if (tensor === undefined) {
    throw new Error(`the engine gave no '${name}'`);
  }
  return toFloat32(tensor, name).data;
}
