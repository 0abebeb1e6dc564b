/** Tool: one layer, with the kernels of a convolution as a picture. */

import * as vscode from 'vscode';

import { activationOf } from '../../core/activations/registry.js';
import { architecture } from '../../core/analysis/weights/architecture.js';
import { kernels } from '../../core/analysis/weights/kernels.js';
import { kernelSheet } from '../../core/figures/kernels.js';
import type { Layer } from '../../core/network/layers.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import type { ToolAnswer } from './parts.js';
import { layerOf, withModel } from './subjects.js';
import type { LayerInput } from './subjects.js';
import type { Tool } from './tool.js';

/** Kernels that make a picture; of more, each would be a few pixels. */
const TILES = 1024;

export const describeLayer: Tool<LayerInput> = {
  doing: ({ layer }) => vscode.l10n.t('Describing layer {0}', layer),
  files: ({ model }) => [model],
  run: (services, input) =>
    withModel(services, input, async (model) => describe(services, model, layerOf(model, input.layer))),
};

async function describe({ engine }: Services, model: OpenModel, layer: Layer): Promise<ToolAnswer> {
  const { network, preprocessing } = model;
  const { index, shapes } = network;
  const row = architecture(network).rows.find(({ name }) => name === layer.name);
  const { node } = layer;
  const own = activationOf(node, shapes);
  const facts = {
    ...(row ?? { name: layer.name, operator: node.opType, output: layer.outputShape }),
    node: node.name,
    aliases: layer.aliases,
    inputs: node.inputs.map((name) => ({
      name,
      shape: shapes.shapeOf(name),
      from: index.producer(name)?.name ?? (index.graph.constants.has(name) ? 'weight' : 'input'),
    })),
    readers: node.outputs.flatMap((output) => index.consumers(output).map(({ name }) => name)),
    ...(own && {
      activation: {
        name: own.activation.name,
        formula: own.activation.formula,
        derivative: own.activation.derivative,
        parameters: own.parameters,
        ...own.activation.properties(own.parameters),
      },
    }),
  };
  const weights = shapes.staticShapeOf(node.inputs[1] ?? '');
  if (!['Conv', 'FusedConv'].includes(node.opType) || weights?.length !== 4) {
    return { facts };
  }
  const set = await kernels(engine, network, layer);
  const [outputs = 0, inputs = 0] = weights;
  const isSmall = inputs === 3 || outputs * inputs <= TILES;
  return {
    facts: {
      ...facts,
      kernels: {
        shape: weights,
        groups: set.groups,
        norms: { min: Math.min(...set.norms), max: Math.max(...set.norms) },
        dead: set.dead,
        nearDuplicates: set.nearDuplicates,
        notFinite: set.notFinite,
      },
    },
    pictures: isSmall
      ? [{ what: `The kernels of ${layer.name}`, image: kernelSheet(set, preprocessing.preprocessing) }]
      : [],
  };
}
