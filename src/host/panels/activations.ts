/** Activation functions compared, on what a layer really feeds them. */

import type { ParameterValues } from '../../core/activations/activation.js';
import { gradientDecay } from '../../core/activations/gradientDecay.js';
import { ACTIVATIONS, activationNamed } from '../../core/activations/registry.js';
import { activationInputs, steepness, swapActivation } from '../../core/analysis/photo/activationLayer.js';
import type { ActivationInputs } from '../../core/analysis/photo/activationLayer.js';
import { topPredictions } from '../../core/analysis/photo/predictions.js';
import { contrastOf } from '../../core/figures/contrast.js';
import { histogram } from '../../core/statistics.js';
import { throwIfCancelled } from '../../core/errors.js';
import type { Handlers } from '../../protocol/channel.js';
import type {
  ActivationCurveView,
  ActivationSetting,
  ActivationsRequests,
  ActivationSwapView,
} from '../../protocol/panels/activations.js';
import { everyPanelHandlers } from './everyPanel.js';
import { layerOnPhoto } from './context.js';
import type { LayerOnPhoto, PanelContext } from './context.js';

/** Classes listed before and after. */
const TOP = 5;
/** Width of the stack that gradients are sent through: enough for steady numbers, few enough to be at once. */
const STACK = { width: 64, trials: 4 };

export function activationsHandlers(context: PanelContext): Handlers<ActivationsRequests> {
  const { engine } = context;
  const inputsOf = inputsSource(context);
  return {
    ...everyPanelHandlers(context),
    activations: async () =>
      ACTIVATIONS.map(({ id, name, formula, derivative, source, parameters }) => ({
        id,
        name,
        formula,
        derivative,
        source,
        parameters,
      })),
    activationInputs: async ({ layer, photo }, signal) => {
      const { own, values, statistics } = await inputsOf(await layerOnPhoto(context, layer, photo), signal);
      return {
        layer,
        own: { id: own.activation.id, parameters: own.parameters },
        inputs: statistics,
        count: values.length,
        reach: contrastOf(values).limit,
      };
    },
    activationCurves: async ({ layer, photo, choices, ...how }, signal) => {
      const { values } = await inputsOf(await layerOnPhoto(context, layer, photo), signal);
      const curves: ActivationCurveView[] = [];
      for (const choice of choices) {
        // Each takes some milliseconds; others are answered between them.
        await new Promise(setImmediate);
        throwIfCancelled(signal);
        curves.push(curveOf(choice, values, how));
      }
      const { reach } = how;
      const within = values.filter((value) => Math.abs(value) <= reach);
      return { curves, inputs: histogram(within, { min: -reach, max: reach }) };
    },
    swapActivation: async ({ layer, photo, choice }, signal) => {
      const of = await layerOnPhoto(context, layer, photo);
      const { before, after, change, probabilities } = await swapActivation(
        engine,
        of.model.network,
        of.tensor,
        of.layer,
        { activation: activationNamed(choice.id), parameters: choice.parameters },
        { signal },
      );
      return { before, after, change, classes: classesOf(probabilities, of.model.view.labels) };
    },
  };
}

/** Gives what a layer is fed, the last of it kept. */
function inputsSource({
  engine,
}: PanelContext): (of: LayerOnPhoto, signal: AbortSignal) => Promise<ActivationInputs> {
  let last: { readonly of: LayerOnPhoto; readonly inputs: ActivationInputs } | undefined;
  return async (of, signal) => {
    if (last?.of.layer !== of.layer || last.of.tensor !== of.tensor) {
      const inputs = await activationInputs(engine, of.model.network, of.tensor, of.layer, { signal });
      last = { of, inputs };
    }
    return last.inputs;
  };
}

function curveOf(
  { id, parameters }: ActivationSetting,
  inputs: Float32Array,
  { reach, points, depth, gain }: Readonly<Record<'reach' | 'points' | 'depth' | 'gain', number>>,
): ActivationCurveView {
  const activation = activationNamed(id);
  const at = (place: number): number => -reach + (2 * reach * place) / (points - 1);
  const along = (f: (x: number, values: ParameterValues) => number): Float32Array =>
    Float32Array.from({ length: points }, (_, place) => f(at(place), parameters));
  return {
    id,
    parameters,
    values: along(activation.value),
    slopes: along(activation.slope),
    ...activation.properties(parameters),
    ...steepness(inputs, activation, parameters),
    decay: Float32Array.from(gradientDecay(activation, parameters, { depth, gain, ...STACK })),
  };
}

/** The classes that are among the most probable on either side. */
function classesOf(
  probabilities: { readonly before: Float32Array; readonly after: Float32Array } | undefined,
  labels: readonly string[],
): ActivationSwapView['classes'] {
  if (probabilities === undefined) {
    return [];
  }
  const { before, after } = probabilities;
  const indices = [before, after].flatMap((row) => topPredictions(row, TOP).map(({ index }) => index));
  return [...new Set(indices)].map((index) => ({
    index,
    label: labels[index] ?? '',
    before: before[index] ?? NaN,
    after: after[index] ?? NaN,
  }));
}
