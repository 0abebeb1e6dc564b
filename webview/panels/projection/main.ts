/** The projection of a unit: what in the photo made it answer. */

import type { ProjectionRequests, UnitChoice } from '../../../src/protocol/panels/projection.js';
import { checkbox, select, slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { connect, l10n } from '../../common/host.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import { projectionCommand } from './command.js';
import { Figures } from './figures.js';
import { LayerSteps } from './layerSteps.js';
import { ProjectionState } from './state.js';
import type { Subject } from './state.js';
import { StrongestMaps } from './strongestMaps.js';
import { summaryOf } from './texts.js';
import type { Chosen } from './unit.js';

type Method = ProjectionRequests['project']['params']['method'];
type Normalization = ProjectionRequests['project']['params']['normalization'];

/** What is kept over a reload of the window. */
interface Kept {
  readonly method: Method;
  readonly normalization: Normalization;
  readonly isCropped: boolean;
  readonly percentile: number;
  readonly chosen: Chosen;
}

const host = connect<ProjectionRequests, Kept>();
const { client, common, state: kept } = host;
const saved = kept.get();
const state = new ProjectionState(saved.chosen);

const panel = startPanel(host, {
  layers: {
    accepts: ({ hasMaps }) => hasMaps,
    none: l10n('No layer of this model has units to project.'),
  },
  hasPhoto: true,
  loading: ({ layer, photo }) => l10n('Projecting {0} onto {1}', layer?.name ?? '', photo?.name ?? ''),
  load: async ({ model }, signal) => {
    const of = subject();
    layerSteps.show(model.layers, of.layer);
    const params = { ...of, ...asked(of) };
    try {
      state.view = await client.request('project', params, { signal });
    } catch (error) {
      if (!signal.aborted) {
        state.forget();
      }
      throw error;
    }
    summary.textContent = summaryOf(state.view, state.isSingleUnit);
    draw();
  },
  command: ({ model, photo }) =>
    photo === undefined ? [] : projectionCommand(model, photo, { ...subject(), ...asked(subject()) }),
  showChannel: chooseMap,
});

const methodChoices = [
  { value: 'deconvnet' as const, label: 'deconvnet', description: l10n('Zeiler & Fergus 2013') },
  { value: 'gradient' as const, label: 'gradient', description: l10n('Simonyan et al. 2013') },
  { value: 'guided' as const, label: 'guided', description: l10n('Springenberg et al. 2014') },
];
const method = select<Method>(l10n('Method'), methodChoices, saved.method ?? 'deconvnet', (chosenMethod) => {
  kept.update({ method: chosenMethod });
  showNormalization();
  panel.reload();
});
const normalizationChoices = [
  { value: 'pass' as const, label: l10n('passed through'), description: l10n('as in the paper') },
  { value: 'exact' as const, label: l10n('exact gradient') },
];
const normalization = select<Normalization>(
  l10n('Normalisation layers'),
  normalizationChoices,
  saved.normalization ?? 'pass',
  (mode) => {
    kept.update({ normalization: mode });
    panel.reload();
  },
);
const cropping = checkbox(l10n('Crop to the receptive field'), saved.isCropped ?? true, (isCropped) => {
  kept.update({ isCropped });
  draw();
});
const contrast = slider(
  l10n('Contrast at percentile'),
  { min: 90, max: 100, step: 0.5 },
  saved.percentile ?? 99.5,
  (value) => value.toFixed(1),
  (percentile) => {
    kept.update({ percentile });
    panel.reload();
  },
);
const layerSteps = new LayerSteps((layer) => void client.request('selectLayer', { layer }));
const summary = element('div', { class: 'summary', role: 'status' });
const figures = new Figures(state, {
  saving: (what) => saveBar(common, panel.errors, what),
  fileName,
  method: () => method.value,
  isCropped: () => cropping.isOn,
  pickPixel: (at) => void pickOnPhoto(at),
  pickUnit: ({ x, y }) => {
    choose({ kind: 'unit', channel: state.view.unit.channel, y, x });
  },
  press: (key) => {
    const next = state.unitAfter(key, subject().layer);
    if (next !== undefined) {
      choose({ kind: 'unit', ...next });
    }
    return next !== undefined;
  },
});
const strongest = new StrongestMaps(state, chooseMap);

panel.content.append(
  element(
    'div',
    { class: 'toolbar' },
    layerSteps.element,
    method.element,
    normalization.element,
    cropping.element,
    contrast.element,
  ),
  summary,
  figures.element,
  strongest.element,
);
showNormalization();

/** What is asked of a layer on a photo. */
function asked(of: Subject): Omit<ProjectionRequests['project']['params'], 'layer' | 'photo'> {
  return {
    unit: state.unitFor(of),
    method: method.value,
    normalization: normalization.value,
    percentile: contrast.value,
  };
}

function draw(): void {
  figures.draw();
  strongest.draw();
}

/** The layer and the photo that the user has chosen. */
function subject(): Subject {
  const { layer, photo } = panel.shown() ?? {};
  return { layer: layer?.name ?? '', photo: photo?.id ?? '' };
}

function choose(unit: UnitChoice): void {
  kept.update({ chosen: state.choose(unit, subject()) });
  panel.reload();
}

function chooseMap(channel: number): void {
  choose({ kind: 'strongestOfMap', channel });
}

async function pickOnPhoto({ x, y }: { readonly x: number; readonly y: number }): Promise<void> {
  try {
    choose({ kind: 'unit', ...(await client.request('unitAt', { ...subject(), y, x })) });
  } catch (error) {
    panel.errors.show(error);
  }
}

/** Only the deconvnet leaves out what the paper has no step for. */
function showNormalization(): void {
  normalization.element.hidden = method.value !== 'deconvnet';
}

function fileName(): string {
  const { model, photo } = panel.shown() ?? {};
  const { channel, y, x } = state.view.unit;
  const names = [model?.name, photo?.name, state.view.layer].map((part) => part?.replace(/\.\w+$/, ''));
  return [...names, channel, y, x].join('-');
}
