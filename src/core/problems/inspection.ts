/** Everything that looks wrong with a network: its graph, its weights, and what it makes of some photos. */

import type { Engine, RunOptions } from '../engine.js';
import { throwIfCancelled } from '../errors.js';
import { partOf } from '../jobs/job.js';
import type { Job } from '../jobs/job.js';
import { jobKey } from '../jobs/key.js';
import type { Network } from '../network/network.js';
import type { Node } from '../onnx/model.js';
import type { Preprocessing } from '../network/preprocessing.js';
import type { FloatTensor } from '../tensor.js';
import { activity, activityProblems } from './activity.js';
import type { LayerActivity } from './activity.js';
import { aliasingProblems } from './aliasing.js';
import { filterProblems } from './filterProblems.js';
import { inputNormalisationProblems } from './inputNormalisation.js';
import { linearityError } from '../analysis/weights/linearity.js';
import { linearPairs } from '../analysis/weights/linearPairs.js';
import { mergeable } from '../analysis/weights/linearMerge.js';
import { bySeverity, problem } from './problem.js';
import type { Problem } from './problem.js';
import { collapseProblem, structureProblems, withLayers } from './problems.js';
import { weightProblems } from './weightHealth.js';

export interface InspectionRequest {
  /** Network inputs of one image each; without any, what needs photos is left out. */
  readonly inputs: readonly FloatTensor[];
  readonly preprocessing: Preprocessing;
  /** Whether somebody said that this is the preprocessing, as against what is taken where nothing is said. */
  readonly isDeclared: boolean;
}

export interface Inspection {
  /** The gravest first. */
  readonly problems: readonly Problem[];
  /** Zeros, dead and saturated units of each rectifier, sigmoid and tanh; empty without photos. */
  readonly activity: readonly LayerActivity[];
}

/** Beyond rounding: a part that is off by more is not linear, whatever its operators are called. */
const LINEAR_TO = 1e-3;

/**
 * Looks at everything: reads all weights and runs the network on every photo. Partial results are the findings so
 * far, the gravest first; what is told from the graph comes at once.
 */
export function inspectionJob(
  network: Network,
  request: InspectionRequest,
): Job<readonly Problem[], Inspection> {
  const { inputs, preprocessing, isDeclared } = request;
  return {
    key: jobKey('inspection 1', network, inputs, [preprocessing, isDeclared]),
    run: async (context) => {
      const { engine, signal } = context;
      const found: Problem[] = [];
      const add = (problems: readonly Problem[]): void => {
        found.push(...problems);
        context.partial(bySeverity(withLayers(network, found)));
      };
      // The parts by about how long they take.
      const weightsFrom = 0.1;
      const filtersFrom = weightsFrom + (inputs.length === 0 ? 0.6 : 0.3);
      const photosFrom = filtersFrom + (inputs.length === 0 ? 0.3 : 0.1);
      context.report('graph', 0);
      add([
        ...structureProblems(network),
        ...inputNormalisationProblems(network, { preprocessing, isDeclared }),
        ...foldableNormalisation(network),
      ]);
      add(await linearProblems(engine, network, { signal }));
      add(await weightProblems(partOf(context, weightsFrom, filtersFrom), network));
      add(await filterProblems(partOf(context, filtersFrom, photosFrom), network));
      add(await aliasingProblems(engine, network, { signal }));
      const layers =
        inputs.length === 0 ? [] : await activity(partOf(context, photosFrom, 1), network, inputs);
      add(activityProblems(layers, inputs.length));
      return { problems: bySeverity(withLayers(network, found)), activity: layers };
    },
  };
}

/** Findings on linear layers in a row, each measured by running the part of the network. */
async function linearProblems(
  engine: Engine,
  network: Network,
  options: RunOptions,
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  for (const pair of linearPairs(network)) {
    throwIfCancelled(options.signal);
    const { from, first, second } = pair;
    const error = await linearityError(engine, network, from, second.outputs[0] ?? '', options);
    if (error !== undefined && !(error <= LINEAR_TO)) {
      continue;
    }
    const { plan, ...rest } = await mergeable(engine, network, pair, options);
    if (plan !== undefined) {
      found.push(collapseProblem(pair, { now: plan.parametersNow, merged: plan.parametersMerged }, error));
    } else if ('grows' in rest && rest.grows !== undefined) {
      const { parametersNow, parametersMerged } = rest.grows;
      found.push(
        problem(
          'linear-factorisation',
          `node '${first.name}' (${first.opType}) and node '${second.name}' (${second.opType}) are one linear map in two layers; ${rest.refusal}`,
          {
            node: second.name,
            evidence: {
              first: first.name,
              second: second.name,
              parametersNow,
              parametersMerged,
              linearityError: error,
            },
          },
        ),
      );
    } else {
      found.push(collapseProblem(pair, { refusal: rest.refusal ?? '' }, error));
    }
  }
  return found;
}

const FOLDS_INTO: readonly string[] = ['Conv', 'ConvTranspose', 'Gemm'];

/** One finding on all normalisations that stand right behind a layer which could take them in. */
function foldableNormalisation({ index, shapes }: Network): readonly Problem[] {
  const outputs = new Set(index.graph.outputs.map(({ name }) => name));
  const foldable = index.graph.nodes.filter((node): boolean => {
    const data = node.inputs[0] ?? '';
    const before = index.producer(data);
    return (
      node.opType === 'BatchNormalization' &&
      before !== undefined &&
      FOLDS_INTO.includes(before.opType) &&
      index.consumers(data).length === 1 &&
      !outputs.has(data)
    );
  });
  const [first] = foldable;
  if (first === undefined) {
    return [];
  }
  const saved = foldable.reduce((sum, node) => sum + savedBy(node), 0);
  return [
    problem(
      'foldable-normalisation',
      `${foldable.length === 1 ? `node '${first.name}' (BatchNormalization) could be folded` : `${foldable.length} BatchNormalization nodes, '${first.name}' first, could be folded`} into the layers before, with ${saved.toLocaleString('en')} parameters less`,
      { node: first.name, evidence: { nodes: foldable.map(({ name }) => name), parametersSaved: saved } },
    ),
  ];

  /** Scale and shift, less the bias that the layer before may have to get. */
  function savedBy(node: Node): number {
    const [channels = 0] = shapes.staticShapeOf(node.inputs[1] ?? '') ?? [];
    const before = index.producer(node.inputs[0] ?? '');
    return 2 * channels - ((before?.inputs[2] ?? '') === '' ? channels : 0);
  }
}
