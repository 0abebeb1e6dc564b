/** The projection of a unit: what in the photo made it answer. */

import type {
  ProjectionRequests,
  ProjectionView,
  UnitChoice,
} from '../../../src/protocol/panels/projection.js';
import type { Picture } from '../../../src/protocol/view.js';
import { cropPicture, mapPicture, outline, paintInto, pictureNumbers, pixelAt } from '../../common/canvas.js';
import { GREY, rangeOf, symmetricRange, VIRIDIS } from '../../common/colour.js';
import { colourBar } from '../../common/colourBar.js';
import { checkbox, select } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { Figure } from '../../common/figure.js';
import { connect, l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import type { Saveable } from '../../common/save.js';
import { convolutionStep } from './steps.js';
import { strongestChart } from './strongestChart.js';
import { choiceFor, fieldOf, neighbour } from './unit.js';
import type { Chosen, Unit } from './unit.js';

type Method = ProjectionRequests['project']['params']['method'];
type Normalization = ProjectionRequests['project']['params']['normalization'];

interface State {
  readonly method: Method;
  readonly normalization: Normalization;
  readonly isCropped: boolean;
  readonly chosen: Chosen;
}

const EMPTY: Picture = { width: 1, height: 1, rgba: new ArrayBuffer(4) };
const NONE: ProjectionView = {
  layer: '',
  unit: { channel: 0, y: 0, x: 0 },
  activation: 0,
  window: { top: 0, left: 0, bottom: 1, right: 1 },
  shape: [1, 1, 1, 1],
  values: new Float32Array(1),
  projection: EMPTY,
  photo: EMPTY,
  strongest: [],
  map: { height: 1, width: 1, values: new Float32Array(1) },
};

const host = connect<ProjectionRequests, State>();
const { client, common, state } = host;
const saved = state.get();

let view = NONE;
let chosen = saved.chosen;

const panel = startPanel(host, {
  layers: {
    accepts: ({ hasMaps }) => hasMaps,
    none: l10n('No layer of this model has units to project.'),
  },
  hasPhoto: true,
  loading: ({ layer, photo }) => l10n('Projecting {0} onto {1}', layer?.name ?? '', photo?.name ?? ''),
  load: async ({ model, layer, photo }, signal) => {
    const of = { layer: layer?.name ?? '', photo: photo?.id ?? '' };
    showSteps(convolutionStep(model.layers, of.layer));
    const unit = choiceFor(chosen, of.layer, of.photo);
    const params = { ...of, unit, method: method.value, normalization: normalization.value };
    try {
      show(await client.request('project', params, { signal }));
    } catch (error) {
      if (!signal.aborted) {
        // The model may have changed and lost the unit: the next try is for one that exists.
        chosen = undefined;
      }
      throw error;
    }
  },
  showChannel: chooseMap,
});

const methodChoices = [
  { value: 'deconvnet' as const, label: 'deconvnet', description: l10n('Zeiler & Fergus 2013') },
  { value: 'gradient' as const, label: 'gradient', description: l10n('Simonyan et al. 2013') },
  { value: 'guided' as const, label: 'guided', description: l10n('Springenberg et al. 2014') },
];
const method = select<Method>(l10n('Method'), methodChoices, saved.method ?? 'deconvnet', (chosenMethod) => {
  state.update({ method: chosenMethod });
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
    state.update({ normalization: mode });
    panel.reload();
  },
);
const cropping = checkbox(l10n('Crop to the receptive field'), saved.isCropped ?? true, (isCropped) => {
  state.update({ isCropped });
  draw();
});

const previousLayer = stepButton('arrow-left', l10n('Previous convolution layer'));
const nextLayer = stepButton('arrow-right', l10n('Next convolution layer'));
const stepText = element('span', { class: 'text' });
const summary = element('div', { class: 'summary', role: 'status' });

const projectionBar = colourBar(GREY);
const mapBar = colourBar(VIRIDIS);
const mapReading = element('div', { class: 'muted' }, l10n('Click a unit to project it.'));

const projected: Figure = new Figure({
  title: l10n('Projection'),
  saving: saving({
    label: l10n('projection'),
    name: () => `${fileName()}-${method.value}`,
    picture: () => projected.canvas,
    numbers: () => ({ shape: view.shape, values: view.values }),
  }),
  draw: (canvas, side) => {
    paintInto(canvas, cropped(view.projection), side);
  },
  foot: [projectionBar.element],
});
const patch: Figure = new Figure({
  title: l10n('Patch of the photo'),
  saving: saving({
    label: l10n('patch of the photo'),
    name: () => `${fileName()}-patch`,
    picture: () => patch.canvas,
    numbers: () => pictureNumbers(cropped(view.photo)),
  }),
  draw: (canvas, side) => {
    paintInto(canvas, cropped(view.photo), side);
  },
});
const whole: Figure = new Figure({
  title: l10n('Receptive field'),
  saving: saving({
    label: l10n('photo with the receptive field'),
    name: () => `${fileName()}-field`,
    picture: () => whole.canvas,
    numbers: () => pictureNumbers(view.photo),
  }),
  draw: (canvas, side) => {
    const context = paintInto(canvas, view.photo, side);
    if (context !== null) {
      outline(context, fieldOf(view));
    }
  },
  foot: [
    element('div', { class: 'muted' }, l10n('Click the photo to pick the unit that answers there most.')),
  ],
});
const map: Figure = new Figure({
  title: l10n('Feature map'),
  saving: saving({
    label: l10n('feature map'),
    name: () => `${fileName()}-map`,
    picture: () => map.canvas,
    numbers: () => ({ shape: [view.map.height, view.map.width], values: view.map.values }),
  }),
  draw: (canvas, side) => {
    const { values, height, width: columns } = view.map;
    const context = paintInto(canvas, mapPicture(values, height, columns, VIRIDIS), side);
    if (context !== null) {
      outline(context, { left: view.unit.x, top: view.unit.y, width: 1, height: 1 });
    }
  },
  foot: [mapBar.element, mapReading],
});
pickable(whole.canvas, ({ clientX, clientY }) => {
  void pickOnPhoto(pixelAt(whole.canvas, view.photo, { clientX, clientY }));
});
pickable(map.canvas, ({ clientX, clientY }) => {
  const { x, y } = pixelAt(map.canvas, view.map, { clientX, clientY });
  choose({ kind: 'unit', channel: view.unit.channel, y, x });
});
map.canvas.addEventListener('pointermove', (event) => {
  const { x, y } = pixelAt(map.canvas, view.map, event);
  mapReading.textContent = l10n(
    'row {0}, column {1}: {2}',
    y,
    x,
    short(view.map.values[y * view.map.width + x] ?? NaN),
  );
});
map.canvas.addEventListener('pointerleave', () => {
  mapReading.textContent = l10n('Click a unit to project it.');
});

const previousMap = mapButton('arrow-left', l10n('Stronger map'), -1);
const nextMap = mapButton('arrow-right', l10n('Weaker map'), 1);
const strongest = strongestChart(() => ({ maps: view.strongest, selected: view.unit.channel }), chooseMap);
const rank = element('span', { class: 'muted' });

panel.content.append(
  element(
    'div',
    { class: 'toolbar' },
    element('div', { class: 'steps', role: 'group' }, previousLayer, stepText, nextLayer),
    method.element,
    normalization.element,
    cropping.element,
  ),
  summary,
  element('div', { class: 'figures' }, projected.element, patch.element, whole.element, map.element),
  element(
    'section',
    {
      class: 'strongest',
      'aria-label': l10n('Strongest maps'),
      onkeydown: (event) => {
        onMapKey(event as KeyboardEvent);
      },
    },
    element('div', { class: 'title' }, element('h2', {}, l10n('Strongest maps')), previousMap, nextMap, rank),
    strongest.element,
  ),
);
showNormalization();

function show(next: ProjectionView): void {
  view = next;
  const { unit, activation, window, layer } = view;
  const { width, height } = fieldOf(view);
  summary.textContent = [
    view.map.height * view.map.width === 1
      ? l10n('Unit {0} of {1}', unit.channel, layer)
      : l10n('Unit of map {0} of {1} at row {2}, column {3}', unit.channel, layer, unit.y, unit.x),
    l10n('activation {0}', short(activation)),
    l10n(
      'sees {0}×{1} pixels: columns {2} to {3}, rows {4} to {5}',
      width,
      height,
      window.left,
      window.right - 1,
      window.top,
      window.bottom - 1,
    ),
    ...remarksOn(activation),
  ].join(' · ');
  draw();
}

function remarksOn(activation: number): string[] {
  if (activation === 0) {
    return [l10n('it does not answer the photo, so there is nothing to project')];
  }
  return activation < 0 ? [l10n('below zero: the photo speaks against it')] : [];
}

function draw(): void {
  const { unit, layer } = view;
  projectionBar.show(symmetricRange(view.values));
  mapBar.show(rangeOf(view.map.values));
  projected.draw(l10n('Projection of unit {0} of {1}', unit.channel, layer));
  patch.title = cropping.isOn ? l10n('Patch of the photo') : l10n('Photo');
  patch.draw(l10n('The photo, where the unit sees it'));
  whole.draw(
    l10n(
      'The photo with the receptive field; arrow keys move to the neighbouring unit, a click picks a unit',
    ),
  );
  map.title = l10n('Feature map {0}', unit.channel);
  map.element.hidden = view.map.height * view.map.width === 1;
  map.draw(
    l10n(
      'Feature map {0}, the unit at row {1}, column {2}; arrow keys move to the neighbouring unit',
      unit.channel,
      unit.y,
      unit.x,
    ),
  );
  const at = view.strongest.findIndex(({ channel }) => channel === unit.channel);
  rank.textContent =
    at < 0
      ? l10n('Map {0} is none of them', unit.channel)
      : l10n('Map {0} is number {1}', unit.channel, at + 1);
  previousMap.disabled = at === 0 || view.strongest.length === 0;
  nextMap.disabled = at === view.strongest.length - 1;
  const first = view.strongest[0];
  strongest.draw(
    l10n(
      'Largest activations of the {0} strongest maps; the first is map {1} with {2}',
      view.strongest.length,
      first?.channel ?? '',
      short(first?.activation ?? NaN),
    ),
  );
}

function cropped(picture: Picture): Picture {
  return cropping.isOn ? cropPicture(picture, fieldOf(view)) : picture;
}

function choose(unit: UnitChoice): void {
  const { layer, photo } = panel.shown() ?? {};
  chosen = { layer: layer?.name ?? '', photo: photo?.id ?? '', unit };
  state.update({ chosen });
  panel.reload();
}

function chooseMap(channel: number): void {
  choose({ kind: 'strongestOfMap', channel });
}

async function pickOnPhoto({ x, y }: { readonly x: number; readonly y: number }): Promise<void> {
  const { layer, photo } = panel.shown() ?? {};
  try {
    const params = { layer: layer?.name ?? '', photo: photo?.id ?? '', y, x };
    choose({ kind: 'unit', ...(await client.request('unitAt', params)) });
  } catch (error) {
    panel.errors.show(error);
  }
}

/** Lets the pointer pick on a canvas, and the arrow keys move the unit. */
function pickable(canvas: HTMLCanvasElement, pick: (event: PointerEvent) => void): void {
  canvas.classList.add('pick');
  canvas.tabIndex = 0;
  canvas.addEventListener('click', (event) => {
    pick(event as PointerEvent);
  });
  canvas.addEventListener('keydown', (event) => {
    const next = neighbour(pending(), event.key, view.map);
    if (next !== undefined) {
      event.preventDefault();
      choose({ kind: 'unit', ...next });
    }
  });
}

/** The unit that is shown, or on its way. */
function pending(): Unit {
  const { layer } = panel.shown() ?? {};
  return chosen?.unit.kind === 'unit' && chosen.layer === layer?.name ? chosen.unit : view.unit;
}

function onMapKey(event: KeyboardEvent): void {
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    event.preventDefault();
    stepMap(event.key === 'ArrowLeft' ? -1 : 1);
  }
}

/** From a map that is none of the strongest the way leads to the strongest. */
function stepMap(by: number): void {
  const at = view.strongest.findIndex(({ channel }) => channel === view.unit.channel);
  const next = view.strongest[at < 0 ? 0 : at + by];
  if (next !== undefined) {
    chooseMap(next.channel);
  }
}

function mapButton(icon: string, label: string, by: number): HTMLButtonElement {
  return toolbarButton(icon, label, () => {
    stepMap(by);
  });
}

function stepButton(icon: string, label: string): HTMLButtonElement {
  return toolbarButton(icon, label, ({ currentTarget }) => {
    const { layer } = (currentTarget as HTMLElement).dataset;
    if (layer !== undefined) {
      void client.request('selectLayer', { layer });
    }
  });
}

function showSteps({ previous, next, position, count }: ReturnType<typeof convolutionStep>): void {
  for (const [button, layer] of [
    [previousLayer, previous],
    [nextLayer, next],
  ] as const) {
    button.disabled = layer === undefined;
    if (layer === undefined) {
      delete button.dataset['layer'];
    } else {
      button.dataset['layer'] = layer;
    }
  }
  stepText.textContent = l10n('convolution {0} of {1}', position, count);
}

/** Only the deconvnet leaves out what the paper has no step for. */
function showNormalization(): void {
  normalization.element.hidden = method.value !== 'deconvnet';
}

function saving(what: Saveable): HTMLElement {
  return saveBar(common, panel.errors, what);
}

function fileName(): string {
  const { model, photo } = panel.shown() ?? {};
  const { channel, y, x } = view.unit;
  const names = [model?.name, photo?.name, view.layer].map((part) => part?.replace(/\.\w+$/, ''));
  return [...names, channel, y, x].join('-');
}

function toolbarButton(icon: string, label: string, onClick: (event: Event) => void): HTMLButtonElement {
  return element('button', {
    type: 'button',
    class: `icon-button codicon codicon-${icon}`,
    'aria-label': label,
    title: label,
    onclick: onClick,
  });
}
