/** What a hover says at once of a layer, an activation or a weight: what it is, where to go, and facts of the graph. */

import * as vscode from 'vscode';

import { activationOf } from '../../core/activations/registry.js';
import { sizeText } from '../../core/network/imageInput.js';
import type { Layer } from '../../core/network/layers.js';
import { exceedsImage } from '../../core/network/receptiveField.js';
import type { Constant, Dimension } from '../../core/onnx/model.js';
import { elementCount } from '../../core/tensor.js';
import { times } from '../../protocol/times.js';
import type { LayerView } from '../../protocol/view.js';
import { scoresText } from '../classTexts.js';
import type { OpenModel } from '../modelFiles.js';
import { tensorFacts } from '../tensorFacts.js';
import { activationFacts } from './activationCard.js';
import { commandLink, layerLinks } from './cardLinks.js';
import { number, short } from './cardNumbers.js';
import { appendFacts, beginCard, trustedCard } from './cardText.js';
import type { Fact } from './cardText.js';

/** Names listed of the nodes that read a tensor. */
const READERS_SHOWN = 6;

/** The name and kind of a layer, and links to its panels. */
export function layerHead(model: OpenModel, layer: Layer): vscode.MarkdownString {
  const { node, output } = layer;
  const card = beginCard(layer.name, [node.opType, times(layer.detail)], typeOf(model, output));
  appendLinks(card, model, layer);
  return card;
}

/** The setting of a layer, its costs, and what it stands between. */
export function layerFacts(model: OpenModel, layer: Layer): vscode.MarkdownString {
  const { network } = model;
  const { node, output } = layer;
  const bend = activationOf(node, network.shapes);
  const card = trustedCard();
  appendFacts(card, [
    ...(bend === undefined ? [] : activationFacts(bend)),
    classScores(model, output),
    receptiveField(model, output),
    [vscode.l10n.t('Parameters'), layer.parameters === 0 ? '' : number(layer.parameters)],
    [vscode.l10n.t('Multiply-adds'), layer.multiplyAdds ? number(layer.multiplyAdds) : ''],
    [vscode.l10n.t('Node'), node.name === layer.name ? '' : node.name],
    [
      vscode.l10n.t('Reads'),
      node.inputs.filter((input) => !network.index.graph.constants.has(input)).join(', '),
    ],
    readBy(model, output),
  ]);
  return card;
}

/** The name and type of an activation, a weight or the network's input. */
export function tensorHead(model: OpenModel, tensor: string): vscode.MarkdownString {
  const { network } = model;
  const producer = network.index.producer(tensor);
  const word = network.index.graph.constants.has(tensor)
    ? vscode.l10n.t('constant')
    : tensor === network.input.name
      ? vscode.l10n.t('input of the network')
      : (producer?.opType ?? vscode.l10n.t('tensor'));
  const card = beginCard(tensor, [word], typeOf(model, tensor));
  appendLinks(card, model, tensorFacts(network).layerOfTensor(tensor));
  return card;
}

/** Where a tensor comes from and who reads it. */
export function factsOfTensor(model: OpenModel, tensor: string): vscode.MarkdownString {
  const { index } = model.network;
  const constant = index.graph.constants.get(tensor);
  const producer = index.producer(tensor);
  const card = trustedCard();
  appendFacts(card, [
    ...(constant === undefined ? [] : valuesOf(model, constant)),
    classScores(model, tensor),
    receptiveField(model, tensor),
    [vscode.l10n.t('Made by'), producer === undefined ? '' : `${producer.name} (${producer.opType})`],
    readBy(model, tensor),
  ]);
  return card;
}

function viewOf({ view }: OpenModel, { name }: Layer): LayerView | undefined {
  return view.layers.find((each) => each.name === name);
}

function appendLinks(card: vscode.MarkdownString, model: OpenModel, layer: Layer | undefined): void {
  const view = layer && viewOf(model, layer);
  if (layer !== undefined && view !== undefined) {
    const about = { uri: model.uri.toString(), layer: layer.name };
    const links = [
      ...layerLinks(view),
      ...(view.isActivation
        ? [{ command: 'compareActivations', title: vscode.l10n.t('Activation Functions') } as const]
        : []),
      { command: 'revealInText', title: vscode.l10n.t('Text') } as const,
      { command: 'showArchitecture', title: vscode.l10n.t('Architecture') } as const,
    ];
    card.appendMarkdown(
      `${links.map(({ command, title }) => commandLink(title, command, about)).join(' | ')}\n\n`,
    );
  }
}

function typeOf({ network: { shapes } }: OpenModel, tensor: string): string {
  return typeText(shapes.typeOf(tensor), shapes.shapeOf(tensor));
}

/** What the scores are, on the output that holds them. */
function classScores({ network: { scores } }: OpenModel, tensor: string): Fact {
  return [vscode.l10n.t('Class scores'), scores?.tensor === tensor ? scoresText(scores.kind) : ''];
}

function receptiveField({ network }: OpenModel, tensor: string): Fact {
  const field = tensorFacts(network).receptiveField(tensor);
  const name = vscode.l10n.t('Receptive field');
  if (field === undefined) {
    return [name, ''];
  }
  const size = field.size.join('×');
  const stride = [...new Set(field.stride)].join('×');
  return [
    name,
    exceedsImage(field, network.input)
      ? vscode.l10n.t(
          '{0} pixels, clipped at the border of the {1} image, stride {2}',
          size,
          times(sizeText(network.input)),
          stride,
        )
      : vscode.l10n.t('{0} pixels, stride {1}', size, stride),
  ];
}

/** The nodes that read a tensor. */
function readBy({ network }: OpenModel, tensor: string): Fact {
  const readers = network.index.consumers(tensor);
  const named = readers.slice(0, READERS_SHOWN).map((node) => `${node.name} (${node.opType})`);
  const more = readers.length - named.length;
  const isOutput = network.index.graph.outputs.some(({ name }) => name === tensor);
  return [
    vscode.l10n.t('Read by'),
    [
      ...named,
      ...(more > 0 ? [vscode.l10n.t('{0} more', more)] : []),
      ...(isOutput ? [vscode.l10n.t('the caller of the network')] : []),
    ].join(', '),
  ];
}

function valuesOf({ network }: OpenModel, { name, shape }: Constant): readonly Fact[] {
  const values = elementCount(shape) <= 16 ? network.shapes.valuesOf(name) : undefined;
  return [
    [vscode.l10n.t('Elements'), number(elementCount(shape))],
    [vscode.l10n.t('Values'), values?.map(short).join(', ') ?? ''],
  ];
}

/** `float32 [1, 96, 110, 110]`. */
export function typeText(dtype: string | undefined, shape: readonly Dimension[] | undefined): string {
  return `${dtype ?? '?'} [${shape?.map((size) => size ?? '?').join(', ') ?? '…'}]`;
}
