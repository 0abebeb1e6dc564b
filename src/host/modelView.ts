/** What webviews are told of a network. */

import { architecture } from '../core/analysis/architecture.js';
import type { ArchitectureRow } from '../core/analysis/architecture.js';
import { sizeOf } from '../core/imaging/preprocess.js';
import type { Labels } from '../core/labels.js';
import type { Network } from '../core/network.js';
import type { Layer } from '../core/onnx/layers.js';
import type { ValueInfo } from '../core/onnx/model.js';
import type { LayerView, ModelView } from '../protocol/view.js';

/** @param name what the model goes by: its file's name */
export function modelView(uri: string, name: string, network: Network, labels: Labels): ModelView {
  const { model, input, layers, scores } = network;
  const found = architecture(network);
  const ofNode = new Map(layers.map((layer) => [layer.node.name, layer.name]));
  const { width, height } = sizeOf(input);
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
    layers: layers.flatMap((layer, place) => {
      const row = found.rows[place];
      return row === undefined ? [] : [layerView(layer, row, network)];
    }),
    problems: found.problems.map(({ message, node }) => ({
      message,
      layer: (node === undefined ? undefined : ofNode.get(node)) ?? null,
    })),
    labels,
    classes: scores?.classes ?? 0,
  };
}

function layerView(layer: Layer, row: ArchitectureRow, network: Network): LayerView {
  const { outputShape, aliases } = layer;
  const channels = outputShape?.[1];
  return {
    name: row.name,
    aliases,
    operator: row.operator,
    output: row.output,
    detail: row.detail,
    parameters: row.parameters,
    multiplyAdds: row.multiplyAdds ?? null,
    receptiveField: row.receptiveField ?? '',
    stride: row.stride ?? '',
    channels: typeof channels === 'number' ? channels : 0,
    hasKernels: hasKernels(layer, network),
    hasMaps: outputShape?.length === 4 || outputShape?.length === 2,
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
