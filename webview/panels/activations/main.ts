/** Activation functions compared: curves, derivatives, properties, and what a layer's inputs make of them. */

import type {
  ActivationCurveView,
  ActivationInfoView,
  ActivationInputsView,
  ActivationSetting,
  ActivationsRequests,
} from '../../../src/protocol/panels/activations.js';
import { checkbox, select, slider } from '../../common/controls.js';
import type { SwitchControl } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { connect, l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import { startPanel } from '../../common/panel.js';
import { linesChart } from './lines.js';
import type { Curve, Lines } from './lines.js';
import { propertyTable, settingText } from './propertyTable.js';
import { Swap } from './swap.js';

interface State {
  /** Functions that are compared with the layer's own. */
  readonly compared: readonly string[];
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly depth: number;
  readonly gain: number;
}

const POINTS = 401;
/** Curves are drawn this far from zero at least and at most, whatever the layer is fed. */
const REACH = { least: 4, most: 20 };
/** Whose parameter is at hand while no function with one is compared. */
const RIVAL = 'leakyRelu';
const USUAL = ['sigmoid', 'tanh', 'relu', 'gelu'];

const host = connect<ActivationsRequests, State>();
const { client, state } = host;
const saved = state.get();

let infos: readonly ActivationInfoView[] = [];
let inputs: ActivationInputsView | undefined;
let curves: readonly ActivationCurveView[] = [];
let compared = new Set<string>(saved.compared ?? USUAL);
let parameters: Readonly<Record<string, readonly number[]>> = saved.parameters ?? {};
let drawing: AbortController | undefined;

const panel = startPanel(host, {
  layers: {
    accepts: ({ isActivation }) => isActivation,
    none: l10n('No layer of this model is an activation function that can be drawn.'),
  },
  hasPhoto: true,
  loading: ({ layer, photo }) => l10n('Running {0} up to {1}', photo?.name ?? '', layer?.name ?? ''),
  load: async ({ layer, photo }, signal) => {
    if (infos.length === 0) {
      infos = await client.request('activations', null, { signal });
      listFunctions();
    }
    const params = { layer: layer?.name ?? '', photo: photo?.id ?? '' };
    inputs = await client.request('activationInputs', params, { signal });
    swap.clear();
    await fetchCurves(signal);
  },
});

const functions = element('fieldset', { class: 'functions' }, element('legend', {}, l10n('Compare with')));
const boxes = new Map<string, SwitchControl>();
const tuned = select<string>(l10n('Parameters of'), [], '', showSliders);
const sliders = element('span', { class: 'sliders' });
const depth = slider(
  l10n('Layers in the stack'),
  { min: 1, max: 50, step: 1 },
  saved.depth ?? 20,
  String,
  (value) => {
    state.update({ depth: value });
    refresh();
  },
);
const gain = slider(
  l10n('Gain of the weights'),
  { min: 0.5, max: 3, step: 0.05 },
  saved.gain ?? 1,
  (value) => value.toFixed(2),
  (value) => {
    state.update({ gain: value });
    refresh();
  },
);
const summary = element('div', { class: 'summary' });
const valuesChart = linesChart(() => linesOf((curve) => curve.values), { x: 'x', y: 'f(x)' });
const slopesChart = linesChart(() => linesOf((curve) => curve.slopes), { x: 'x', y: 'f′(x)' });
const decayChart = linesChart(
  () => ({ from: 0, to: depth.value, curves: curvesOf((curve) => curve.decay) }),
  { x: l10n('layers'), y: l10n('gradient left (root mean square, logarithmic)'), isLogarithmic: true },
);
const table = element('div', { class: 'scroll' });
const swap: Swap = new Swap({
  busy: panel.busy,
  setting: settingOf,
  run: async (choice, signal) => {
    const { layer, photo } = panel.shown() ?? {};
    return client.request(
      'swapActivation',
      { layer: layer?.name ?? '', photo: photo?.id ?? '', choice },
      { signal },
    );
  },
});

panel.content.append(
  functions,
  element('div', { class: 'toolbar' }, tuned.element, sliders),
  summary,
  element(
    'div',
    { class: 'charts' },
    element('figure', {}, element('figcaption', {}, l10n('The functions')), valuesChart.element),
    element('figure', {}, element('figcaption', {}, l10n('Their derivatives')), slopesChart.element),
  ),
  table,
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
    element('figure', {}, decayChart.element),
  ),
);

/** Fills the lists, once the functions are known. */
function listFunctions(): void {
  for (const { id, name } of infos) {
    const box = checkbox(name, compared.has(id), (isOn) => {
      compared = new Set([...compared].filter((each) => each !== id));
      if (isOn) {
        compared.add(id);
      }
      state.update({ compared: [...compared] });
      refresh();
    });
    boxes.set(id, box);
    functions.append(box.element);
  }
  const tunable = infos.filter((info) => info.parameters.length > 0);
  const first = tunable.find(({ id }) => compared.has(id)) ?? tunable.find(({ id }) => id === RIVAL);
  tuned.setChoices(
    tunable.map(({ id, name }) => ({ value: id, label: name })),
    (first ?? tunable[0])?.id ?? '',
  );
  showSliders();
}

/** The sliders of the function that is tuned; moving one compares it. */
function showSliders(): void {
  const info = infos.find(({ id }) => id === tuned.value);
  sliders.replaceChildren(
    ...(info?.parameters ?? []).map(({ symbol, ...range }, at) => {
      const { element: control } = slider(
        symbol,
        range,
        settingOf(tuned.value).parameters[at] ?? range.initial,
        (value) => short(value, 3),
        (value) => {
          const { id, parameters: values } = settingOf(tuned.value);
          parameters = { ...parameters, [id]: values.map((each, place) => (place === at ? value : each)) };
          const box = boxes.get(id);
          if (box !== undefined) {
            box.isOn = true;
          }
          compared.add(id);
          state.update({ parameters, compared: [...compared] });
          swap.clear();
          refresh();
        },
      );
      return control;
    }),
  );
}

function settingOf(id: string): ActivationSetting {
  const info = infos.find((each) => each.id === id);
  return { id, parameters: parameters[id] ?? info?.parameters.map(({ initial }) => initial) ?? [] };
}

/** The layer's own function first, with the parameters that it has. */
function choices(): readonly ActivationSetting[] {
  const own = inputs?.own;
  const others = infos.filter(({ id }) => compared.has(id)).map(({ id }) => settingOf(id));
  return own === undefined ? others : [own, ...others.filter((each) => !isSame(each, own))];
}

function isSame(a: ActivationSetting, b: ActivationSetting): boolean {
  return a.id === b.id && a.parameters.every((value, at) => value === b.parameters[at]);
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
  const { layer, photo } = panel.shown() ?? {};
  const params = {
    layer: layer?.name ?? '',
    photo: photo?.id ?? '',
    choices: choices(),
    reach: reach(),
    points: POINTS,
    depth: depth.value,
    gain: gain.value,
  };
  curves = await client.request('activationCurves', params, { signal });
  show();
}

/** As far as the layer's inputs go. */
function reach(): number {
  const { min = 0, max = 0 } = inputs?.inputs ?? {};
  const far = Math.max(Math.abs(min), Math.abs(max));
  return Math.min(REACH.most, Math.max(REACH.least, Number.isFinite(far) ? Math.ceil(far) : REACH.least));
}

function infoOf({ id }: ActivationSetting): ActivationInfoView {
  return (
    infos.find((each) => each.id === id) ?? {
      id,
      name: id,
      formula: '',
      derivative: '',
      source: '',
      parameters: [],
    }
  );
}

function curvesOf(pick: (curve: ActivationCurveView) => Float32Array): Curve[] {
  return curves.map((curve) => ({
    name: settingText(infoOf(curve), curve.parameters),
    values: pick(curve),
    // A function keeps its stroke, whichever others are shown.
    place: infos.findIndex(({ id }) => id === curve.id),
  }));
}

function linesOf(pick: (curve: ActivationCurveView) => Float32Array): Lines {
  const { edges, counts } = inputs ?? {};
  return {
    from: -reach(),
    to: reach(),
    curves: curvesOf(pick),
    ...(edges && counts && { counts: { edges, counts } }),
  };
}

function show(): void {
  if (inputs === undefined) {
    return;
  }
  const { layer, own, inputs: fed, count } = inputs;
  const ownName = settingText(infoOf(own), own.parameters);
  const [ownCurve] = curves;
  summary.textContent = [
    l10n('{0} is {1}', layer, ownName),
    l10n(
      '{0} inputs from {1} to {2}, mean {3}',
      count.toLocaleString(),
      short(fed.min),
      short(fed.max),
      short(fed.mean),
    ),
    l10n('the derivative nearly vanishes for {0} of them', percent(ownCurve?.vanishing ?? NaN)),
    l10n(
      '{0} such layers leave {1} of a gradient, weights aside',
      depth.value,
      short((ownCurve?.slope ?? NaN) ** depth.value, 3),
    ),
  ].join(' · ');
  const names = curves.map((curve) => infoOf(curve).name).join(', ');
  valuesChart.draw(l10n('Curves of {0} over the inputs of {1}', names, layer));
  slopesChart.draw(l10n('Derivatives of {0} over the inputs of {1}', names, layer));
  decayChart.draw(
    l10n(
      'Gradient left behind {0} layers: {1}',
      depth.value,
      curves.map((curve) => `${infoOf(curve).name} ${short(curve.decay.at(-1) ?? NaN, 3)}`).join(', '),
    ),
  );
  table.replaceChildren(
    propertyTable(
      curves.map((curve) => ({ info: infoOf(curve), curve, isOwn: isSame(curve, own) })),
      layer,
    ),
  );
  swap.setFunctions(infos, swap.chosen ?? (own.id === 'relu' ? 'gelu' : 'relu'));
}
