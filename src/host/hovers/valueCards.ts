/** What a hover says of values: of a weight, and of what a layer answers to the chosen photo. */

import * as vscode from 'vscode';

import { activationOf } from '../../core/activations/registry.js';
import type { ActivationChoice } from '../../core/activations/registry.js';
import { firstConvolution } from '../../core/analysis/weights/kernels.js';
import { activationValues } from '../../core/analysis/photo/tensorValues.js';
import { readWeight } from '../../core/analysis/weights/weights.js';
import type { Layer } from '../../core/network/layers.js';
import { elementCount } from '../../core/tensor.js';
import type { FloatTensor } from '../../core/tensor.js';
import type { Measured } from '../background/measure.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { tensorFacts } from '../tensorFacts.js';
import { inputsMeasurement, pictureOf } from './activationCard.js';
import { commandLink } from './cardLinks.js';
import { number, share, short } from './cardNumbers.js';
import { appendFacts, appendPictures, trustedCard } from './cardText.js';
import type { Fact } from './cardText.js';
import { histogramPicture } from './histogramPicture.js';
import { Measurements } from './measurements.js';
import { TopPhotosCards } from './topPhotosCard.js';
import type { CardPicture, Measurement, MeasurementState } from './measurements.js';

/** Weights beyond this are read where a panel asks for them, not for a glance. */
const WEIGHT_LIMIT = 1 << 24;
/** Networks of more nodes are run where a panel asks for it: preparing a run takes seconds. */
const RUN_LIMIT = 5000;

/** What a card shows of values: all numbers stand above all pictures, so that they are seen without scrolling. */
interface Shown {
  readonly states: readonly (MeasurementState | undefined)[];
  /** Thumbnails side by side, then what needs a row of its own. */
  readonly pictures: readonly (readonly (CardPicture | undefined)[])[];
}

export class ValueCards {
  private readonly measurements = new Measurements();
  readonly topPhotos: TopPhotosCards;

  constructor(
    private readonly services: Pick<
      Services,
      'selection' | 'engine' | 'prepared' | 'photoThread' | 'indexes' | 'log'
    >,
  ) {
    this.topPhotos = new TopPhotosCards(services);
  }

  /** What a layer answers to the photo, its kernels where it has any, what its activation function is fed. */
  async ofLayer(
    model: OpenModel,
    layer: Layer,
    signal: AbortSignal,
  ): Promise<vscode.MarkdownString | undefined> {
    const { node, output } = layer;
    const view = model.view.layers.find(({ name }) => name === layer.name);
    const weight = view?.hasKernels === true ? node.inputs[1] : undefined;
    const bend = activationOf(node, model.network.shapes);
    const [activation, kernels, fed] = await Promise.all([
      this.measureActivation(model, output, signal),
      weight === undefined ? undefined : this.measureWeight(model, weight, layer, signal),
      bend === undefined ? undefined : this.measureFed(model, layer, bend, signal),
    ]);
    const curve = bend && (resultOf(fed)?.histogram ?? pictureOf(bend));
    return this.cardOf(
      {
        states: [activation, fed, kernels && withoutFacts(kernels)],
        pictures: [
          [resultOf(kernels)?.thumbnail, resultOf(activation)?.thumbnail],
          [resultOf(activation)?.histogram],
          [curve],
        ],
      },
      activation === undefined,
    );
  }

  /** What a tensor holds, on the photo or as a weight. */
  async ofTensor(
    model: OpenModel,
    tensor: string,
    signal: AbortSignal,
  ): Promise<vscode.MarkdownString | undefined> {
    const { network } = model;
    const isConstant = network.index.graph.constants.has(tensor);
    const state = isConstant
      ? await this.measureWeight(model, tensor, tensorFacts(network).layerOfTensor(tensor), signal)
      : await this.measureActivation(model, tensor, signal);
    const { thumbnail, histogram } = resultOf(state) ?? {};
    return this.cardOf(
      { states: [state], pictures: [[thumbnail], [histogram]] },
      state === undefined && !isConstant,
    );
  }

  private async measureActivation(
    model: OpenModel,
    tensor: string,
    signal: AbortSignal,
  ): Promise<MeasurementState | undefined> {
    const { selection, photoThread } = this.services;
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
    return this.measurements.get(
      key,
      async () => {
        const values = await this.valuesOn(model, photo, tensor);
        const measured = await photoThread.request('measure', { tensor: values, picture: 'maps' });
        return described(values.shape, measured, vscode.l10n.t('On {0}', name), (shown, of) =>
          vscode.l10n.t('The {0} strongest of {1} feature maps on {2}', shown, of, name),
        );
      },
      signal,
    );
  }

  /** What the activation function of a layer, `own`, is fed. */
  private async measureFed(
    model: OpenModel,
    layer: Layer,
    own: ActivationChoice,
    signal: AbortSignal,
  ): Promise<MeasurementState | undefined> {
    const { selection, photoThread } = this.services;
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
    return this.measurements.get(
      key,
      async () => {
        const tensor = await this.valuesOn(model, photo, layer.node.inputs[0] ?? '');
        const { activation, parameters } = own;
        const measured = await photoThread.request('measure', {
          tensor,
          fedTo: { id: activation.id, parameters },
        });
        return inputsMeasurement(own, measured, name);
      },
      signal,
    );
  }

  private async valuesOn(model: OpenModel, photo: string, tensor: string): Promise<FloatTensor> {
    const { engine, prepared } = this.services;
    const { tensor: input } = await prepared.prepare(model, photo);
    return activationValues(engine, model.network, input, tensor);
  }

  private async measureWeight(
    model: OpenModel,
    tensor: string,
    layer: Layer | undefined,
    signal: AbortSignal,
  ): Promise<MeasurementState | undefined> {
    const { network, preprocessing } = model;
    const shape = network.shapes.staticShapeOf(tensor);
    const isReal = /^b?float\d+$/.test(network.shapes.typeOf(tensor) ?? '');
    if (shape === undefined || !isReal || elementCount(shape) > WEIGHT_LIMIT || elementCount(shape) < 2) {
      return undefined;
    }
    const key = JSON.stringify([versionOf(model), tensor, preprocessing.preprocessing]);
    return this.measurements.get(
      key,
      async () => {
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
      },
      signal,
    );
  }

  /** @param lacksPhoto true where there would be values if there were a photo */
  private cardOf({ states, pictures }: Shown, lacksPhoto: boolean): vscode.MarkdownString | undefined {
    const card = trustedCard();
    appendFacts(
      card,
      states.flatMap((state) => resultOf(state)?.facts ?? []),
    );
    // The same engine may have failed at two of them, in the same words.
    for (const text of new Set(states.flatMap((state) => stateText(state)))) {
      card.appendMarkdown('\n\n').appendText(text).appendMarkdown('\n');
    }
    if (lacksPhoto && this.services.selection.photo === undefined) {
      card.appendMarkdown(
        `\n\n${commandLink(vscode.l10n.t('Choose a photo to see values'), 'choosePhoto')}\n`,
      );
    }
    pictures.forEach((row) => {
      appendPictures(card, row);
    });
    return card.value === '' ? undefined : card;
  }
}

function resultOf(state: MeasurementState | undefined): Measurement | undefined {
  return state?.kind === 'done' ? state.measurement : undefined;
}

/** What is said where there are no values. */
function stateText(state: MeasurementState | undefined): readonly string[] {
  switch (state?.kind) {
    case 'failed':
      return [state.message];
    case 'cancelled':
      return [vscode.l10n.t('The computation was cancelled. Hover again to repeat it.')];
    default:
      return [];
  }
}

/** For a layer the numbers are those of what it answers; its kernels are seen. */
function withoutFacts(state: MeasurementState): MeasurementState {
  return state.kind === 'done' ? { kind: 'done', measurement: { ...state.measurement, facts: [] } } : state;
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
