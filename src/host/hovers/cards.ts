/**
 * Cards: what a hover says of a layer, an activation or a weight, in the text of a model and in Python alike. A card
 * answers at once with what is known; values, histogram and thumbnail are computed in the background and are on the
 * card of a later hover.
 */

import * as vscode from 'vscode';

import { activationOf } from '../../core/activations/registry.js';
import type { ActivationChoice } from '../../core/activations/registry.js';
import { firstConvolution } from '../../core/analysis/weights/kernels.js';
import { activationValues } from '../../core/analysis/photo/tensorValues.js';
import { readWeight } from '../../core/analysis/weights/weights.js';
import type { Layer } from '../../core/network/layers.js';
import type { Constant, Dimension } from '../../core/onnx/model.js';
import { elementCount } from '../../core/tensor.js';
import { times } from '../../protocol/times.js';
import type { LayerView } from '../../protocol/view.js';
import type { Measured } from '../background/measure.js';
import { scoresText } from '../classTexts.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { activationFacts, inputsMeasurement, pictureOf } from './activationCard.js';
import { commandLink, layerLinks } from './cardLinks.js';
import { appendFacts, appendPictures, beginCard, escaped } from './cardText.js';
import type { Fact } from './cardText.js';
import { histogramPicture } from './histogramPicture.js';
import { Measurements } from './measurements.js';
import type { Measurement, MeasurementState } from './measurements.js';
import { tensorFacts } from '../tensorFacts.js';

/** A hover that is computed within this time shows everything at once; p95 of a hover is 100 ms. */
const PATIENCE_MS = 60;
/** Weights beyond this are read where a panel asks for them, not for a glance. */
const WEIGHT_LIMIT = 1 << 24;
/** Networks of more nodes are run where a panel asks for it: preparing a run takes seconds. */
const RUN_LIMIT = 5000;
/** Names listed of the nodes that read a tensor. */
const READERS_SHOWN = 6;

export class Cards {
  private readonly measurements = new Measurements();

  constructor(
    private readonly services: Pick<Services, 'selection' | 'engine' | 'prepared' | 'photoThread'>,
  ) {}

  /** The card of a layer: its setting, its kernels where it has any, and what it answers to the photo. */
  async layerCard(model: OpenModel, layer: Layer): Promise<vscode.MarkdownString> {
    const view = viewOf(model, layer);
    const { node, output } = layer;
    const weight = view?.hasKernels === true ? node.inputs[1] : undefined;
    const { network } = model;
    const bend = activationOf(node, network.shapes);
    const [activation, kernels, fed] = await Promise.all([
      this.measureActivation(model, output),
      weight === undefined ? undefined : this.measureWeight(model, weight, layer),
      bend === undefined ? undefined : this.measureFed(model, layer, bend),
    ]);
    const card = beginCard(layer.name, [node.opType, times(layer.detail)], typeOf(model, output));
    appendLinks(card, model, layer);
    if (bend !== undefined) {
      const measured = fed?.kind === 'done' ? fed.measurement : undefined;
      appendPictures(card, [measured?.histogram ?? pictureOf(bend)]);
      appendFacts(card, [...activationFacts(bend), ...(measured?.facts ?? [])]);
    }
    this.appendState(card, activation, kernels);
    appendFacts(card, [
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

  /** The card of an activation, a weight or the network's input. */
  async tensorCard(model: OpenModel, tensor: string): Promise<vscode.MarkdownString> {
    const { network } = model;
    const layer = tensorFacts(network).layerOfTensor(tensor);
    const constant = network.index.graph.constants.get(tensor);
    if (constant === undefined && layer?.output === tensor) {
      return this.layerCard(model, layer);
    }
    const producer = network.index.producer(tensor);
    const word =
      constant !== undefined
        ? vscode.l10n.t('constant')
        : tensor === network.input.name
          ? vscode.l10n.t('input of the network')
          : (producer?.opType ?? vscode.l10n.t('tensor'));
    const state =
      constant === undefined
        ? await this.measureActivation(model, tensor)
        : await this.measureWeight(model, tensor, layer);
    const card = beginCard(tensor, [word], typeOf(model, tensor));
    appendLinks(card, model, layer);
    if (constant === undefined || state !== undefined) {
      this.appendState(card, state);
    }
    appendFacts(card, [
      ...(constant === undefined ? [] : valuesOf(model, constant)),
      classScores(model, tensor),
      receptiveField(model, tensor),
      [vscode.l10n.t('Made by'), producer === undefined ? '' : `${producer.name} (${producer.opType})`],
      readBy(model, tensor),
    ]);
    return card;
  }

  private async measureActivation(model: OpenModel, tensor: string): Promise<MeasurementState | undefined> {
    const { selection, engine, prepared, photoThread } = this.services;
    const { photo } = selection;
    if (photo === undefined || model.network.shapes.shapeOf(tensor) === undefined) {
      return undefined;
    }
    const { length } = model.network.index.graph.nodes;
    if (length > RUN_LIMIT) {
      return {
        kind: 'failed',
        message: vscode.l10n.t(
          'Values of a network of {0} nodes are computed by its panels.',
          number(length),
        ),
      };
    }
    const name = selection.photos.nameOf(photo);
    const key = JSON.stringify([versionOf(model), tensor, photo, model.preprocessing.preprocessing]);
    return this.measurements.get(key, PATIENCE_MS, async () => {
      const { tensor: input } = await prepared.prepare(model, photo);
      const values = await activationValues(engine, model.network, input, tensor);
      const measured = await photoThread.request('measure', { tensor: values, picture: 'maps' });
      return described(values.shape, measured, vscode.l10n.t('On {0}', name), (shown, of) =>
        vscode.l10n.t('The {0} strongest of {1} feature maps on {2}', shown, of, name),
      );
    });
  }

  /** What the activation function of a layer, `own`, is fed. */
  private async measureFed(
    model: OpenModel,
    layer: Layer,
    own: ActivationChoice,
  ): Promise<MeasurementState | undefined> {
    const { selection, engine, prepared, photoThread } = this.services;
    const { photo } = selection;
    if (photo === undefined || model.network.index.graph.nodes.length > RUN_LIMIT) {
      return undefined;
    }
    const name = selection.photos.nameOf(photo);
    const key = JSON.stringify([
      versionOf(model),
      'fed',
      layer.name,
      photo,
      model.preprocessing.preprocessing,
    ]);
    return this.measurements.get(key, PATIENCE_MS, async () => {
      const { tensor: input } = await prepared.prepare(model, photo);
      const tensor = await activationValues(engine, model.network, input, layer.node.inputs[0] ?? '');
      const { activation, parameters } = own;
      const measured = await photoThread.request('measure', {
        tensor,
        fedTo: { id: activation.id, parameters },
      });
      return inputsMeasurement(own, measured, name);
    });
  }

  private async measureWeight(
    model: OpenModel,
    tensor: string,
    layer: Layer | undefined,
  ): Promise<MeasurementState | undefined> {
    const { network, preprocessing } = model;
    const shape = network.shapes.staticShapeOf(tensor);
    const isReal = /^b?float\d+$/.test(network.shapes.typeOf(tensor) ?? '');
    if (shape === undefined || !isReal || elementCount(shape) > WEIGHT_LIMIT || elementCount(shape) < 2) {
      return undefined;
    }
    const key = JSON.stringify([versionOf(model), tensor, preprocessing.preprocessing]);
    return this.measurements.get(key, PATIENCE_MS, async () => {
      const { engine, photoThread } = this.services;
      const values = await readWeight(engine, network, tensor);
      const isFirst = layer !== undefined && layer === firstConvolution(network);
      const seesColours = isFirst && preprocessing.preprocessing.channels !== 'grey';
      const measured = await photoThread.request('measure', {
        tensor: values,
        ...(isKernels(layer, tensor) && {
          picture: { kernelsOf: seesColours ? preprocessing.preprocessing : undefined },
        }),
      });
      return described(values.shape, measured, vscode.l10n.t('Values'), (shown, of) =>
        vscode.l10n.t('The {0} strongest of {1} kernels', shown, of),
      );
    });
  }

  /** @param kernels what is shown beside the values, whether they are there or not */
  private appendState(
    card: vscode.MarkdownString,
    state: MeasurementState | undefined,
    kernels?: MeasurementState,
  ): void {
    const beside = kernels?.kind === 'done' ? kernels.measurement.thumbnail : undefined;
    if (state?.kind === 'done') {
      const { thumbnail, histogram, facts } = state.measurement;
      appendPictures(card, [beside, thumbnail]);
      appendPictures(card, [histogram]);
      appendFacts(card, facts);
    } else {
      appendPictures(card, [beside]);
    }
    if (state?.kind === 'running' || kernels?.kind === 'running') {
      card.appendMarkdown(`\n\n_${escaped(vscode.l10n.t('Values are being computed: hover again.'))}_\n`);
    }
    if (state?.kind === 'failed') {
      card.appendMarkdown('\n\n').appendText(state.message).appendMarkdown('\n');
    } else if (state === undefined && this.services.selection.photo === undefined) {
      card.appendMarkdown(
        `\n\n${commandLink(vscode.l10n.t('Choose a photo to see values'), 'choosePhoto')}\n`,
      );
    }
  }
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
  return [
    vscode.l10n.t('Receptive field'),
    field === undefined
      ? ''
      : vscode.l10n.t('{0} pixels, stride {1}', field.size.join('×'), [...new Set(field.stride)].join('×')),
  ];
}

/** Another one after the file has changed: networks are opened anew. */
const versions = new WeakMap<OpenModel['network'], string>();
let nextVersion = 1;

function versionOf({ uri, network }: OpenModel): string {
  const version = versions.get(network) ?? `${uri.toString()} ${nextVersion++}`;
  versions.set(network, version);
  return version;
}

function isKernels(layer: Layer | undefined, tensor: string): boolean {
  return (
    layer !== undefined &&
    ['Conv', 'FusedConv'].includes(layer.node.opType) &&
    layer.node.inputs[1] === tensor
  );
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

function described(
  shape: readonly number[],
  { statistics, histogram, notFinite, strongest, thumbnail }: Measured,
  heading: string,
  alt: (shown: number, of: number) => string,
): Measurement {
  const { min, max, mean, standardDeviation, zeros } = statistics;
  const range = `${short(min)} … ${short(max)}`;
  return {
    facts: [
      [heading, vscode.l10n.t('{0}, mean {1}, deviation {2}', range, short(mean), short(standardDeviation))],
      [vscode.l10n.t('Zeros'), zeros === 0 ? '' : share(zeros)],
      [vscode.l10n.t('NaN or infinite'), notFinite === 0 ? '' : number(notFinite)],
      ...strongestUnit(shape, strongest),
    ],
    thumbnail: thumbnail && { uri: thumbnail.uri, alt: alt(thumbnail.shown, thumbnail.of) },
    histogram: {
      uri: histogramPicture(histogram),
      alt: vscode.l10n.t('Histogram from {0} to {1}', short(min), short(max)),
    },
  };
}

/** For maps: where the strongest unit is. */
function strongestUnit(shape: readonly number[], at: number): readonly Fact[] {
  const [batch = 0, , height = 1, width = 1] = shape;
  if (shape.length !== 4 || batch !== 1 || at < 0) {
    return [];
  }
  const [map, row, column] = [Math.floor(at / (height * width)), Math.floor(at / width) % height, at % width];
  return [[vscode.l10n.t('Strongest unit'), vscode.l10n.t('map {0}, row {1}, column {2}', map, row, column)]];
}

/** `float32 [1, 96, 110, 110]`. */
export function typeText(dtype: string | undefined, shape: readonly Dimension[] | undefined): string {
  return `${dtype ?? '?'} [${shape?.map((size) => size ?? '?').join(', ') ?? '…'}]`;
}

function number(value: number): string {
  return value.toLocaleString(vscode.env.language);
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function share(value: number): string {
  return `${(value * 100).toFixed(1)} %`;
}
