/** What webviews are told of a network. */

import * as vscode from 'vscode';

import { activationOf } from '../core/activations/registry.js';
import type { ArchitectureRow } from '../core/analysis/weights/architecture.js';
import type { Overview } from '../core/problems/overview.js';
import type { Problem } from '../core/problems/problem.js';
import { mergeablePair } from '../core/problems/problems.js';
import { imageSize } from '../core/network/imageInput.js';
import type { ChosenLabels } from '../core/network/chosenLabels.js';
import type { Network } from '../core/network/network.js';
import type { Layer } from '../core/network/layers.js';
import type { ValueInfo } from '../core/onnx/model.js';
import { mapped } from '../core/steps.js';
import type { Steps } from '../core/steps.js';
import { labelsText, scoresText } from './classTexts.js';
import type { LayerGroups } from './graph/layerGroups.js';
import type { LayerView, ModelView, PostedModel, ProblemView } from '../protocol/view.js';

/** @param name what the model goes by: its file's name @param found what `network` looks like */
export function* modelViewSteps(
  uri: string,
  name: string,
  network: Network,
  found: Overview,
  groups: LayerGroups,
  labels: ChosenLabels,
): Steps<ModelView> {
  const { model, input, layers, scores } = network;
  const views = yield* mapped(layers, (layer, place) => {
    const row = found.rows[place];
    return row === undefined ? undefined : layerView(layer, row, groups.of(row.name), network);
  });
  const { width, height } = imageSize(input);
  return {
    uri,
    name,
    producer: found.producer,
    opset: found.opset,
    inputs: model.graph.inputs.map(valueText),
    outputs: model.graph.outputs.map(({ name: output, shape }) =>
      valueText({ name: output, shape: network.shapes.shapeOf(output) ?? shape }),
    ),
    inputWidth: width,
    inputHeight: height,
    parameters: found.parameters,
    multiplyAdds: found.multiplyAdds ?? null,
    layers: views.filter((view) => view !== undefined),
    problems: found.problems.map(problemView),
    labels: labels.names,
    labelsSource: labelsText(labels),
    labelsAssumed: labels.origin === 'assumed',
    scores: scores === undefined ? '' : scoresText(scores.kind),
    hasFreeSize: input.isFree.height || input.isFree.width,
    classes: scores?.classes ?? 0,
  };
}

/** About as many layers are written in a few milliseconds. */
const LAYERS_A_PIECE = 1000;

/** The view as it is posted. */
export function* postedModelSteps({ layers, ...rest }: ModelView): Steps<PostedModel> {
  const text = new TextEncoder();
  const starts = Array.from(
    { length: Math.ceil(layers.length / LAYERS_A_PIECE) },
    (_, piece) => piece * LAYERS_A_PIECE,
  );
  return {
    ...rest,
    layers: yield* mapped(
      starts,
      (start) => text.encode(JSON.stringify(layers.slice(start, start + LAYERS_A_PIECE))).buffer,
    ),
  };
}

/** What a webview is told of a finding. */
export function problemView(problem: Problem): ProblemView {
  const { id, severity, message, explanation, layer, panel } = problem;
  return {
    id,
    severity,
    message,
    explanation: vscode.l10n.t(explanation),
    layer: layer ?? null,
    merge: mergeablePair(problem) ?? null,
    panel,
  };
}

function layerView(layer: Layer, row: ArchitectureRow, group: string, network: Network): LayerView {
  const { outputShape, aliases } = layer;
  const channels = outputShape?.[1];
  return {
    name: row.name,
    aliases,
    group,
    operator: row.operator,
    output: row.output,
    detail: row.detail,
    parameters: row.parameters,
    multiplyAdds: row.multiplyAdds ?? null,
    receptiveField: row.receptiveField ?? '',
    clippedBy: row.clippedBy ?? '',
    stride: row.stride ?? '',
    channels: typeof channels === 'number' ? channels : 0,
    hasKernels: hasKernels(layer, network),
    hasMaps: outputShape?.length === 4 || outputShape?.length === 2,
    isActivation: activationOf(layer.node, network.shapes) !== undefined,
  };
}

function hasKernels({ node }: Layer, { shapes }: Network): boolean {
  return (
    (node.opType === 'Conv' || node.opType === 'FusedConv') &&
    shapes.shapeOf(node.inputs[1] ?? '')?.length === 4
  );
}

function valueText({ name, shape }: ValueInfo): string {
  return `${name} [${shape?.map((size) => size ?? '?').join(', ') ?? '?'}]`;
}
