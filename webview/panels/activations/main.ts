/** Activation functions compared: curves, derivatives, properties, and what a layer's inputs make of them. */

import type { ActivationsRequests } from '../../../src/protocol/panels/activations.js';
import { select, slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { connect, l10n } from '../../common/host.js';
import { startPanel } from '../../common/panel.js';
import { FunctionChoice } from './functionChoice.js';
import { ActivationsState } from './state.js';
import type { Parameters, Range } from './state.js';
import { Swap } from './swap.js';
import { ActivationsView } from './view.js';

/** What is kept over a reload of the window. */
interface Kept {
  /** Functions that are compared with the layer's own. */
  readonly compared: readonly string[];
  readonly parameters: Parameters;
  readonly depth: number;
  readonly range: Range;
  readonly gain: number;
}

const POINTS = 401;

const host = connect<ActivationsRequests, Kept>();
const { client, state: kept } = host;
const saved = kept.get();
const state = new ActivationsState(saved.compared, saved.parameters, saved.range);
let drawing: AbortController | undefined;

const panel = startPanel(host, {
  layers: {
    accepts: ({ isActivation }) => isActivation,
    none: l10n('No layer of this model is an activation function that can be drawn.'),
  },
  hasPhoto: true,
  loading: ({ layer, photo }) => l10n('Running {0} up to {1}', photo?.name ?? '', layer?.name ?? ''),
  load: async (_shown, signal) => {
    if (state.infos.length === 0) {
      state.infos = await client.request('activations', null, { signal });
      functions.fill();
    }
    state.inputs = await client.request('activationInputs', subject(), { signal });
    swap.clear();
    await fetchCurves(signal);
  },
});

const functions = new FunctionChoice(state, {
  onCompare: () => {
    kept.update({ compared: state.compared });
    refresh();
  },
  onTune: () => {
    kept.update({ compared: state.compared, parameters: state.parameters });
    swap.clear();
    refresh();
  },
});
const range = select<Range>(
  l10n('Range of x'),
  [
    { value: 'inputs', label: l10n('99.5 % of the inputs') },
    { value: 'functions', label: l10n('where the functions bend') },
  ],
  state.range,
  (value) => {
    state.range = value;
    kept.update({ range: value });
    refresh();
  },
);
const depth = slider(
  l10n('Layers in the stack'),
  { min: 1, max: 50, step: 1 },
  saved.depth ?? 20,
  String,
  (value) => {
    kept.update({ depth: value });
    refresh();
  },
);
const gain = slider(
  l10n('Gain of the weights'),
  { min: 0.5, max: 3, step: 0.05 },
  saved.gain ?? 1,
  (value) => value.toFixed(2),
  (value) => {
    kept.update({ gain: value });
    refresh();
  },
);
const view = new ActivationsView(state, () => depth.value);
const swap: Swap = new Swap({
  busy: panel.busy,
  setting: (id) => state.settingOf(id),
  run: (choice, signal) => client.request('swapActivation', { ...subject(), choice }, { signal }),
});

panel.content.append(
  ...functions.elements,
  element('div', { class: 'toolbar' }, range.element),
  view.summary,
  view.charts,
  view.table,
  swap.element,
  element(
    'section',
    { class: 'stack' },
    element('h2', {}, l10n('The gradient behind a stack of such layers')),
    element('div', { class: 'toolbar' }, depth.element, gain.element),
    element(
      'p',
      { class: 'muted' },
      l10n(
        'Computed by backpropagation through fully connected layers with random weights on standard normal inputs. Gain 1 is the initialisation of Glorot and Bengio, 1.41 that of He and others.',
      ),
    ),
    view.decay,
  ),
);

/** The layer and the photo that the user has chosen. */
function subject(): { layer: string; photo: string } {
  const { layer, photo } = panel.shown() ?? {};
  return { layer: layer?.name ?? '', photo: photo?.id ?? '' };
}

/** Asks again after a control was moved; what was asked before no longer counts. */
function refresh(): void {
  drawing?.abort();
  const controller = new AbortController();
  drawing = controller;
  fetchCurves(controller.signal).catch((error: unknown) => {
    if (!controller.signal.aborted) {
      panel.errors.show(error);
    }
  });
}

async function fetchCurves(signal: AbortSignal): Promise<void> {
  const { choices, reach } = state;
  const params = {
    ...subject(),
    choices,
    reach,
    points: POINTS,
    depth: depth.value,
    gain: gain.value,
  };
  const { curves, inputs } = await client.request('activationCurves', params, { signal });
  state.curves = curves;
  state.counts = inputs;
  view.draw();
  const { own } = state.inputs ?? {};
  if (own !== undefined) {
    swap.setFunctions(state.infos, swap.chosen ?? (own.id === 'relu' ? 'gelu' : 'relu'));
  }
}
