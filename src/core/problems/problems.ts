/** What looks wrong in a graph before anything is run. */

import type { Network } from '../network/network.js';
import { readsOf } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { inferenceFor } from '../onnx/shapes/registry.js';
import { atOnce, each, filtered } from '../steps.js';
import type { Steps } from '../steps.js';
import { elementCount } from '../tensor.js';
import { inputNormalisationProblems } from './inputNormalisation.js';
import { linearPairsSteps, isTraining } from '../analysis/weights/linearPairs.js';
import type { LinearPair } from '../analysis/weights/linearPairs.js';
import { planMerge } from '../analysis/weights/mergePlan.js';
import { problem } from './problem.js';
import type { Problem } from './problem.js';

export type { Problem } from './problem.js';

/** Looks for problems that a person should know of; none of them keeps the network from running. */
export function* problemsSteps(network: Network): Steps<readonly Problem[]> {
  const declared = network.sidecar?.preprocess;
  const found = yield* structureProblemsSteps(network);
  yield* each(yield* linearPairsSteps(network), (pair) => {
    found.push(...linearProblem(network, pair));
  });
  if (declared !== undefined) {
    found.push(...inputNormalisationProblems(network, { preprocessing: declared, isDeclared: true }));
  }
  return withLayers(network, found);
}

/** What is wrong with single nodes and constants. */
export function structureProblems(network: Network): readonly Problem[] {
  return atOnce(structureProblemsSteps(network));
}

function* structureProblemsSteps({ index, shapes }: Network): Steps<Problem[]> {
  const training: Problem[] = [];
  yield* each(index.graph.nodes, (node) => {
    training.push(...trainingMode(node, shapes));
  });
  return [
    ...(yield* unknownOperatorsSteps(index)),
    ...training,
    ...(yield* doublePrecisionSteps(index, shapes)),
    ...(yield* unusedConstantsSteps(index)),
  ];
}

/** The problems with the names of the layers that their nodes are. */
export function withLayers({ layers }: Network, problems: readonly Problem[]): readonly Problem[] {
  const names = new Map(layers.map(({ name, node }) => [node.name, name]));
  return problems.map((each) => {
    const layer = each.layer ?? names.get(each.node ?? '');
    return layer === undefined ? each : { ...each, layer };
  });
}

function* unknownOperatorsSteps(index: GraphIndex): Steps<readonly Problem[]> {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  yield* each(index.graph.nodes, (node) => {
    const isKnown = inferenceFor(node.domain, node.opType) !== undefined || node.body !== undefined;
    const key = isKnown ? '' : `${node.domain}.${node.opType}`;
    if (isKnown || seen.has(key)) {
      return;
    }
    seen.add(key);
    const domain = node.domain === '' ? '' : ` of domain ${node.domain}`;
    problems.push(
      problem(
        'unknown-operator',
        `operator ${node.opType}${domain} is not known; first at node '${node.name}'`,
        {
          node: node.name,
        },
      ),
    );
  });
  return problems;
}

/** Dropout and BatchNormalization that were exported while training. */
function trainingMode(node: Node, shapes: Shapes): readonly Problem[] {
  return isTraining(node, shapes)
    ? [
        problem(
          'training-mode',
          `node '${node.name}' (${node.opType}) is in training mode; export the model after model.eval()`,
          { node: node.name },
        ),
      ]
    : [];
}

/** A pair for which one layer would do with less; what spares weights by being apart is none. */
function linearProblem(network: Network, pair: LinearPair): readonly Problem[] {
  const { plan, refusal } = planMerge(network, pair);
  if (plan !== undefined && plan.parametersMerged >= plan.parametersNow) {
    return [];
  }
  return [
    collapseProblem(
      pair,
      plan === undefined ? { refusal } : { now: plan.parametersNow, merged: plan.parametersMerged },
    ),
  ];
}

/** The finding on a pair: with what merging saves, or why the two cannot be merged as they are. */
export function collapseProblem(
  { first, between, second }: LinearPair,
  how: { readonly now: number; readonly merged: number } | { readonly refusal: string },
  measured?: number,
): Problem {
  const ofPair = `nothing non-linear lies between node '${first.name}' (${first.opType}) and node '${second.name}' (${second.opType})`;
  const proof = measured === undefined ? '' : ` (measured: linear to ${measured.toExponential(0)})`;
  const pair = { first: first.name, between: between.map(({ name }) => name), second: second.name };
  if ('refusal' in how) {
    return problem(
      'linear-collapse',
      `${ofPair}${proof}; they cannot be merged as they are: ${how.refusal}`,
      {
        node: second.name,
        severity: 'information',
        evidence: { ...pair, refusal: how.refusal, linearityError: measured },
      },
    );
  }
  const { now, merged } = how;
  const numbers = [now - merged, merged, now].map((count) => count.toLocaleString('en'));
  return problem(
    'linear-collapse',
    `${ofPair}${proof}; the two amount to one linear layer with ${numbers[0] ?? ''} parameters less (${numbers[1] ?? ''} in place of ${numbers[2] ?? ''})`,
    {
      node: second.name,
      evidence: {
        ...pair,
        parametersNow: now,
        parametersMerged: merged,
        parametersSaved: now - merged,
        linearityError: measured,
      },
    },
  );
}

/** The nodes of two layers that a finding is about, where merging them is exact and saves parameters. */
export function mergeablePair({
  id,
  evidence,
}: Pick<Problem, 'id' | 'evidence'>): { readonly first: string; readonly second: string } | undefined {
  const { first, second, parametersSaved } = evidence ?? {};
  return id === 'linear-collapse' &&
    typeof first === 'string' &&
    typeof second === 'string' &&
    parametersSaved !== undefined
    ? { first, second }
    : undefined;
}

function* doublePrecisionSteps(index: GraphIndex, shapes: Shapes): Steps<readonly Problem[]> {
  const [node] = yield* filtered(index.graph.nodes, ({ outputs }) =>
    outputs.some((output) => shapes.typeOf(output) === 'float64'),
  );
  if (node !== undefined) {
    return [
      problem(
        'double-precision',
        `the model computes in float64 from node '${node.name}' (${node.opType}) on; export it in float32`,
        { node: node.name },
      ),
    ];
  }
  const [wide] = yield* filtered(
    index.graph.constants.values(),
    ({ name, dtype, shape }) =>
      dtype === 'float64' && elementCount(shape) > 1 && index.consumers(name).length > 0,
  );
  return wide === undefined
    ? []
    : [
        problem('double-precision', `initializer '${wide.name}' is kept in float64; export it in float32`, {
          node: index.consumers(wide.name)[0]?.name ?? '',
        }),
      ];
}

function* unusedConstantsSteps(index: GraphIndex): Steps<readonly Problem[]> {
  const used = new Set(index.graph.outputs.map(({ name }) => name));
  yield* each(index.graph.nodes, ({ body = [] }) => {
    // What a composite itself reads, the index knows.
    body.flatMap(allReads).forEach((name) => used.add(name));
  });
  const unused = yield* filtered(
    index.graph.constants.keys(),
    (name) => index.consumers(name).length === 0 && !used.has(name),
  );
  const [first] = unused;
  if (first === undefined) {
    return [];
  }
  const message =
    unused.length === 1
      ? `initializer '${first}' is used by no node`
      : `initializers '${first}' and ${unused.length - 1} more are used by no node`;
  return [problem('unused-initializer', message)];
}

function allReads(node: Node): readonly string[] {
  return [...readsOf(node), ...(node.body ?? []).flatMap(allReads)];
}
