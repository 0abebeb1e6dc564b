/**
 * Cards: what a hover says of a layer, an activation or a weight, in the text of a model and in Python alike. A card
 * answers at once with what is known; values, histogram and thumbnail are computed in the background and are on the
 * card of a later hover.
 */

import * as vscode from 'vscode';

import { firstConvolution } from '../../core/analysis/kernels.js';
import { activationValues, weightValues } from '../../core/analysis/tensorValues.js';
import type { TensorValues } from '../../core/analysis/tensorValues.js';
import { kernelThumbnail, mapThumbnail } from '../../core/figures/thumbnails.js';
import type { Thumbnail } from '../../core/figures/thumbnails.js';
import type { Layer } from '../../core/onnx/layers.js';
import type { Constant, Dimension, Node } from '../../core/onnx/model.js';
import type { FloatTensor } from '../../core/tensor.js';
import { elementCount } from '../../core/tensor.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { commandLink, layerLinks } from './cardLinks.js';
import { appendFacts, appendPictures, beginCard, escaped } from './cardText.js';
import type { Fact } from './cardText.js';
import { histogramPicture } from './histogramPicture.js';
import { Measurements } from './measurements.js';
import type { Measurement, MeasurementState } from './measurements.js';
import { tensorFacts } from './tensorFacts.js';
import { thumbnailPicture } from './thumbnailPicture.js';

/** A hover that is computed within this time shows everything at once; p95 of a hover is 100 ms. */
const PATIENCE_MS = 60;
/** Weights beyond this are read where a panel asks for them, not for a glance. */
const WEIGHT_LIMIT = 1 << 25;
const KERNELS_SHOWN = 60;
const MAPS_SHOWN = 15;
/** Names listed of the nodes that read a tensor. */
const READERS_SHOWN = 6;

export class Cards {
  private readonly measurements = new Measurements();

  constructor(private readonly services: Pick<Services, 'session' | 'engine' | 'prepared'>) {}

  /** The card of a layer: its setting, its kernels where it has any, and what it answers to the photo. */
  async layerCard(model: OpenModel, layer: Layer): Promise<vscode.MarkdownString> {
    const view = model.view.layers.find(({ name }) => name === layer.name);
    const { node, output } = layer;
    const weight = view?.hasKernels === true ? node.inputs[1] : undefined;
    const [activation, kernels] = await Promise.all([
      this.measureActivation(model, output),
      weight === undefined ? undefined : this.measureWeight(model, weight, layer),
    ]);
    const card = beginCard(layer.name, [node.opType, layer.detail]);
    appendFacts(card, [
      ...this.tensorOf(model, output),
      [vscode.l10n.t('Parameters'), number(layer.parameters)],
      [vscode.l10n.t('Multiply-adds'), layer.multiplyAdds === undefined ? '' : number(layer.multiplyAdds)],
      ...wiring(model, output, node),
    ]);
    if (kernels?.kind === 'done') {
      appendPictures(card, kernels.measurement.pictures.slice(0, 1));
    }
    this.appendState(card, activation);
    return this.end(card, model, layer);
  }

  /** The card of an activation, a weight or the network's input. */
  async tensorCard(model: OpenModel, tensor: string): Promise<vscode.MarkdownString> {
    const { network } = model;
    const layer = tensorFacts(network).layerOfTensor(tensor);
    const constant = network.index.graph.constants.get(tensor);
    if (constant !== undefined) {
      const state = await this.measureWeight(model, tensor, layer);
      const card = beginCard(tensor, [vscode.l10n.t('constant')]);
      appendFacts(card, [
        ...this.tensorOf(model, tensor),
        ...valuesOf(model, constant),
        ...wiring(model, tensor),
      ]);
      this.appendState(card, state);
      return this.end(card, model, layer);
    }
    if (layer?.output === tensor) {
      return this.layerCard(model, layer);
    }
    const state = await this.measureActivation(model, tensor);
    const producer = network.index.producer(tensor);
    const card = beginCard(tensor, [
      tensor === network.input.name
        ? vscode.l10n.t('input of the network')
        : (producer?.opType ?? vscode.l10n.t('tensor')),
    ]);
    appendFacts(card, [...this.tensorOf(model, tensor), ...wiring(model, tensor, producer)]);
    this.appendState(card, state);
    return this.end(card, model, layer);
  }

  private end(
    card: vscode.MarkdownString,
    model: OpenModel,
    layer: Layer | undefined,
  ): vscode.MarkdownString {
    const view = layer && model.view.layers.find(({ name }) => name === layer.name);
    if (layer !== undefined && view !== undefined) {
      const about = { uri: model.uri.toString(), layer: layer.name };
      const links = [
        ...layerLinks(view),
        { command: 'revealInText', title: vscode.l10n.t('Text') } as const,
        { command: 'showArchitecture', title: vscode.l10n.t('Architecture') } as const,
      ];
      card.appendMarkdown(
        `\n\n${links.map(({ command, title }) => commandLink(title, command, about)).join(' | ')}\n`,
      );
    }
    return card;
  }

  private tensorOf({ network }: OpenModel, tensor: string): readonly Fact[] {
    const { shapes } = network;
    const field = tensorFacts(network).receptiveField(tensor);
    return [
      [vscode.l10n.t('Type'), typeText(shapes.typeOf(tensor), shapes.shapeOf(tensor))],
      [
        vscode.l10n.t('Receptive field'),
        field === undefined
          ? ''
          : vscode.l10n.t(
              '{0} pixels, stride {1}',
              field.size.join('×'),
              [...new Set(field.stride)].join('×'),
            ),
      ],
    ];
  }

  private async measureActivation(model: OpenModel, tensor: string): Promise<MeasurementState | undefined> {
    const { session, engine, prepared } = this.services;
    const { photo } = session;
    if (photo === undefined || model.network.shapes.shapeOf(tensor) === undefined) {
      return undefined;
    }
    const name = session.photos.nameOf(photo);
    const key = JSON.stringify([versionOf(model), tensor, photo, model.preprocessing.preprocessing]);
    return this.measurements.get(key, PATIENCE_MS, async () => {
      const { tensor: input } = await prepared.prepare(model, photo);
      const values = await activationValues(engine, model.network, input, tensor);
      const thumbnail = mapThumbnail(values.tensor, MAPS_SHOWN);
      return described(values, vscode.l10n.t('On {0}', name), thumbnail, (shown, of) =>
        vscode.l10n.t('The {0} strongest of {1} feature maps on {2}', shown, of, name),
      );
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
      const values = await weightValues(this.services.engine, network, tensor);
      const isFirst = layer !== undefined && layer === firstConvolution(network);
      const seesColours = isFirst && preprocessing.preprocessing.channels !== 'grey';
      const thumbnail = isKernels(layer, tensor)
        ? kernelThumbnail(values.tensor, seesColours ? preprocessing.preprocessing : undefined, KERNELS_SHOWN)
        : undefined;
      return described(values, vscode.l10n.t('Values'), thumbnail, (shown, of) =>
        vscode.l10n.t('The {0} strongest of {1} kernels', shown, of),
      );
    });
  }

  private appendState(card: vscode.MarkdownString, state: MeasurementState | undefined): void {
    switch (state?.kind) {
      case undefined:
        if (this.services.session.photo === undefined) {
          card.appendMarkdown(
            `\n\n${commandLink(vscode.l10n.t('Choose a photo to see values'), 'choosePhoto')}\n`,
          );
        }
        break;
      case 'running':
        card.appendMarkdown(`\n\n_${escaped(vscode.l10n.t('Values are being computed: hover again.'))}_\n`);
        break;
      case 'failed':
        card.appendMarkdown('\n\n').appendText(state.message).appendMarkdown('\n');
        break;
      case 'done':
        appendFacts(card, state.measurement.facts);
        appendPictures(card, state.measurement.pictures);
    }
  }
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

/** Who makes a tensor, and who reads it. */
function wiring({ network }: OpenModel, tensor: string, producer?: Node): readonly Fact[] {
  const readers = network.index.consumers(tensor);
  const named = readers.slice(0, READERS_SHOWN).map((node) => `${node.name} (${node.opType})`);
  const more = readers.length - named.length;
  return [
    [vscode.l10n.t('Made by'), producer === undefined ? '' : `${producer.name} (${producer.opType})`],
    [
      vscode.l10n.t('Read by'),
      [...named, ...(more > 0 ? [vscode.l10n.t('{0} more', more)] : [])].join(', ') ||
        (network.index.graph.outputs.some(({ name }) => name === tensor) ? vscode.l10n.t('the caller') : ''),
    ],
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
  { tensor, statistics, histogram, notFinite }: TensorValues,
  heading: string,
  thumbnail: Thumbnail | undefined,
  alt: (shown: number, of: number) => string,
): Measurement {
  const { min, max, mean, standardDeviation, zeros } = statistics;
  const range = `${short(min)} … ${short(max)}`;
  return {
    facts: [
      [heading, vscode.l10n.t('{0}, mean {1}, deviation {2}', range, short(mean), short(standardDeviation))],
      [vscode.l10n.t('Zeros'), zeros === 0 ? '' : share(zeros)],
      [vscode.l10n.t('NaN or infinite'), notFinite === 0 ? '' : number(notFinite)],
      ...strongestUnit(tensor, max),
    ],
    pictures: [
      ...(thumbnail === undefined
        ? []
        : [{ uri: thumbnailPicture(thumbnail.picture), alt: alt(thumbnail.shown, thumbnail.of) }]),
      {
        uri: histogramPicture(histogram),
        alt: vscode.l10n.t('Histogram from {0} to {1}', short(min), short(max)),
      },
    ],
  };
}

/** For maps: where the strongest unit is. */
function strongestUnit({ shape, data }: FloatTensor, max: number): readonly Fact[] {
  const [batch = 0, , height = 1, width = 1] = shape;
  const at = data.indexOf(max);
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
