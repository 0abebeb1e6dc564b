/** Which part of the photo the answer hangs on: a square slides over the photo while the answer is watched. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import { ChannelClosedError } from '../../../src/protocol/channel.js';
import type { OcclusionRequests, OcclusionView } from '../../../src/protocol/panels/occlusion.js';
import type { Picture } from '../../../src/protocol/view.js';
import { paintInto, pictureNumbers } from '../../common/canvas.js';
import { GREY, INFERNO, symmetricRange, VIRIDIS } from '../../common/colour.js';
import { colourBar } from '../../common/colourBar.js';
import { slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { Figure } from '../../common/figure.js';
import { inNextFrame } from '../../common/frame.js';
import { connect, l10n } from '../../common/host.js';
import { Latest } from '../../common/latest.js';
import { percent, short } from '../../common/numbers.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import type { Saveable } from '../../common/save.js';
import { figureSeven } from './figureSeven.js';
import { inside, nearestPosition, placeOf } from './geometry.js';
import type { Place } from './geometry.js';
import { HeatFigure } from './heatFigure.js';
import type { Heat, Overlay } from './heatmap.js';
import { classColours, legendEntries } from './legend.js';
import type { LegendEntry } from './legend.js';
import { OccluderFigure } from './occluderFigure.js';
import { className, SweepControls } from './sweepControls.js';
import type { Sweep } from './sweepControls.js';
import { cellColours, rangeFromZero, worst } from './values.js';

interface State {
  readonly sweep: Sweep;
  /** In percent. */
  readonly opacity: number;
  /** Where the user put the occluder; null for where it takes most of the class away. */
  readonly place: Place | null;
}

type MapProjection = OcclusionRequests['mapProjection']['result'];

const EMPTY: Picture = { width: 1, height: 1, rgba: new ArrayBuffer(4) };
const NO_PROJECTION: MapProjection = { picture: EMPTY, shape: [1, 1, 1, 1], values: new Float32Array(1) };

const host = connect<OcclusionRequests, State>();
const { client, common, state } = host;
const saved = state.get();

let photo = EMPTY;
let view: OcclusionView | undefined;
let projection = NO_PROJECTION;
let place: Place | undefined = saved.place ?? undefined;
/** The place is the user's own, and stays when a sweep ends. */
let isPlaced = place !== undefined;
/** VS Code is told where the square is once it has stood still: each telling goes through the whole window. */
const KEEP_AFTER_MS = 300;
let keeping: ReturnType<typeof setTimeout> | undefined;
/** The position that the heatmaps point out. */
let marked: number | undefined;
/** Stands for the load that is shown: what belongs to an earlier one may still come. */
let shownLoad = {};

const panel = startPanel(host, {
  hasPhoto: true,
  loading: (shown) => l10n('Sweeping a square over {0}', shown.photo?.name ?? ''),
  load: async (shown, signal, report) => {
    const load = (shownLoad = {});
    const id = shown.photo?.id ?? '';
    controls.prepare(shown.model);
    const { sweep } = controls;
    photo = await client.request('photo', { photo: id }, { signal });
    start(sweep);
    panel.reveal();
    const show = (next: OcclusionView): void => {
      showSweep(next, id);
      const positions = next.rows * next.columns;
      report(next.finished / positions, l10n('{0} of {1} positions', next.finished, positions));
    };
    try {
      show(await client.request('occlude', { ...sweep, photo: id }, { signal, onPartial: show }));
    } catch (error) {
      // What was computed stays, whoever or whatever stopped the sweep; a later sweep has its own.
      if (load !== shownLoad || (view === undefined && !(error instanceof ChannelClosedError))) {
        throw error;
      }
      stopped.hidden = false;
      panel.errors.show(error);
    } finally {
      if (load === shownLoad) {
        end();
      }
    }
  },
});

const controls = new SweepControls(saved.sweep ?? {}, (sweep) => {
  state.update({ sweep });
  panel.reload();
});
const opacity = slider(
  l10n('Heatmap over photo'),
  { min: 0, max: 100, step: 5 },
  saved.opacity ?? 80,
  (value) => `${value} %`,
  (value) => {
    state.update({ opacity: value });
    heatFigures.forEach((figure) => {
      figure.point();
    });
  },
);
const summary = element('div', { class: 'summary' });
const stopped = element(
  'div',
  { class: 'stopped', role: 'status', hidden: true },
  l10n('Stopped: what was computed is shown, every other position as its neighbour.'),
  element('vscode-button', { secondary: true, onclick: panel.reload }, l10n('Run Again')),
);

const activityBar = colourBar(INFERNO);
const probabilityBar = colourBar(VIRIDIS);
const projectionBar = colourBar(GREY);
const legendList = element('ul', { class: 'legend' });

const predictions = new Latest(
  async (at: Place, signal) => {
    const params = { ...controls.sweep, photo: panel.shown()?.photo?.id ?? '', ...at };
    return client.request('occludedPrediction', params, { signal });
  },
  (answer, at) => {
    const name = nameOf(view?.classIndex ?? -1);
    const found = answer.top.find(({ index }) => index === view?.classIndex);
    const sentence =
      view === undefined
        ? ''
        : found === undefined
          ? l10n(
              '{0} is none of the first {1}; {2} uncovered.',
              name,
              answer.top.length,
              percent(view.baseline),
            )
          : l10n(
              '{0}: {1} covered, {2} uncovered.',
              name,
              percent(found.probability),
              percent(view.baseline),
            );
    occluder.tell(answer, at, sentence);
  },
  (error) => {
    panel.errors.show(error);
  },
);
const occluder: OccluderFigure = new OccluderFigure({
  saving: saving({
    label: l10n('covered photo'),
    name: () => `${fileName()}-covered`,
    picture: () => occluder.canvas,
    numbers: () => pictureNumbers(occluder.picture),
  }),
  nameOf,
  move: (to) => {
    putOccluder(inside(to, controls.sweep.size, photo));
  },
});
const activity: HeatFigure = new HeatFigure({
  saving: heatSaving(
    l10n('activity of the map'),
    'activity',
    () => activity.canvas,
    () => view?.activity ?? new Float32Array(),
  ),
  key: activityBar.element,
  shown: () =>
    heat(({ activity: values, nearest, map }) =>
      cellColours(values, nearest, INFERNO, rangeFromZero(values, map?.baseline ?? 0)),
    ),
  overlay,
  reading: () => readingOf((position) => short(view?.activity[position] ?? NaN)),
  choose: choosePosition,
});
const projected: Figure = new Figure({
  title: l10n('Projection of the map'),
  saving: saving({
    label: l10n('projection of the map'),
    name: () => `${fileName()}-projection`,
    picture: () => projected.canvas,
    numbers: () => ({ shape: projection.shape, values: projection.values }),
  }),
  draw: (canvas, side) => {
    paintInto(canvas, projection.picture, side);
  },
  foot: [
    projectionBar.element,
    element(
      'div',
      {},
      element(
        'vscode-button',
        { secondary: true, icon: 'target', onclick: openProjection },
        l10n('Project This Map'),
      ),
    ),
  ],
});
const probability: HeatFigure = new HeatFigure({
  saving: heatSaving(
    l10n('probability of the class'),
    'probability',
    () => probability.canvas,
    () => view?.probability ?? new Float32Array(),
  ),
  key: probabilityBar.element,
  shown: () =>
    heat(({ probability: values, nearest, baseline }) =>
      cellColours(values, nearest, VIRIDIS, rangeFromZero(values, baseline)),
    ),
  overlay,
  reading: () => readingOf((position) => percent(view?.probability[position] ?? NaN)),
  choose: choosePosition,
});
const label: HeatFigure = new HeatFigure({
  saving: heatSaving(
    l10n('most probable class'),
    'label',
    () => label.canvas,
    () => Float32Array.from(view?.label ?? []),
  ),
  key: legendList,
  shown: () =>
    heat(({ label: classes, nearest, legend: found }) => {
      const colours = classColours(found);
      return Array.from(nearest, (at) => colours.get(classes[at] ?? -1));
    }),
  overlay,
  reading: () => readingOf((position) => nameOf(view?.label[position] ?? -1)),
  choose: choosePosition,
});
const heatFigures: readonly HeatFigure[] = [activity, probability, label];

panel.content.append(
  element(
    'div',
    { class: 'toolbar' },
    ...controls.elements,
    opacity.element,
    element('span', { class: 'muted' }, l10n('All panels')),
    saving({
      label: l10n('all panels'),
      name: () => `${fileName()}-figure`,
      picture: wholeFigure,
      numbers: () => ({
        shape: [3, view?.rows ?? 0, view?.columns ?? 0],
        values: Float32Array.from(
          [view?.probability, view?.activity, view?.label].flatMap((each) => [...(each ?? [])]),
        ),
      }),
    }),
  ),
  summary,
  stopped,
  element(
    'div',
    { class: 'figures' },
    occluder.element,
    probability.element,
    label.element,
    activity.element,
    projected.element,
  ),
);

/** Clears what an earlier sweep has shown. */
function start({ size }: Sweep): void {
  stopped.hidden = true;
  view = undefined;
  projection = NO_PROJECTION;
  projected.element.hidden = true;
  activity.element.hidden = false;
  predictions.cancel();
  occluder.forget();
  place = isPlaced && place !== undefined ? inside(place, size, photo) : undefined;
  summary.textContent = '';
  legendList.replaceChildren();
  draw();
  if (place !== undefined) {
    predictions.ask(place);
  }
}

function showSweep(next: OcclusionView, id: string): void {
  const isFirst = view === undefined;
  view = next;
  if (isFirst) {
    controls.tellPredicted(nameOf(next.classIndex));
    void showProjection(next, id);
    if (place !== undefined) {
      // The sentence about it needs the class that is followed.
      predictions.ask(place);
    }
  }
  draw();
}

/** The sweep has ended, or was stopped: unless the user chose a place, the most telling one is shown. */
function end(): void {
  const most = view && worst(view);
  if (!isPlaced && view !== undefined && most !== undefined) {
    putOccluder(placeOf(view, most), false);
  }
}

async function showProjection({ map }: OcclusionView, id: string): Promise<void> {
  if (map === null) {
    activity.element.hidden = true;
    return;
  }
  const load = shownLoad;
  try {
    const { layer, channel } = map;
    const found = await client.request('mapProjection', { photo: id, layer, channel });
    if (load === shownLoad) {
      projection = found;
      projected.element.hidden = false;
      projected.title = l10n('Projection of map {0}', channel);
      projectionBar.show(symmetricRange(found.values));
      projected.draw(l10n('Projection of the strongest unit of map {0} of {1}', channel, layer));
    }
  } catch (error) {
    if (load === shownLoad) {
      panel.errors.show(error);
    }
  }
}

function draw(): void {
  drawOccluder();
  const name = nameOf(view?.classIndex ?? -1);
  probability.draw(
    view === undefined ? l10n('Probability of the class') : l10n('Probability of {0}', name),
    described(l10n('Probability of {0} by the place of the square', name)),
  );
  probabilityBar.show(rangeFromZero(view?.probability ?? new Float32Array(), view?.baseline ?? 0), percent);
  label.draw(l10n('Most probable class'), described(l10n('Most probable class by the place of the square')));
  legendList.replaceChildren(...legendOf().map(legendLine));
  const { map } = view ?? {};
  activity.draw(
    map ? l10n('Activity of map {0} of {1}', map.channel, map.layer) : l10n('Activity of the strongest map'),
    described(l10n('Summed activity of the strongest map by the place of the square')),
  );
  activityBar.show(rangeFromZero(view?.activity ?? new Float32Array(), map?.baseline ?? 0));
  if (view !== undefined) {
    const least = worst(view);
    summary.textContent = [
      l10n('{0}: {1} uncovered', name, percent(view.baseline)),
      ...(least === undefined
        ? []
        : [l10n('{0} where it falls most', percent(view.probability[least] ?? NaN))]),
      l10n('{0}×{1} positions', view.columns, view.rows),
      ...(map ? [l10n('activity of the map {0} uncovered', short(map.baseline))] : []),
    ].join(' · ');
  }
}

function drawOccluder(): void {
  const { size, stride } = controls.sweep;
  occluder.show({ photo, size, stride, place, classIndex: view?.classIndex ?? -1 });
}

/** @param isOwn the user put it there */
function putOccluder(to: Place, isOwn = true): void {
  if (to.top === place?.top && to.left === place.left) {
    return;
  }
  place = to;
  if (isOwn) {
    isPlaced = true;
    clearTimeout(keeping);
    keeping = setTimeout(() => {
      state.update({ place: to });
    }, KEEP_AFTER_MS);
  }
  // The network works on its answer while the page draws.
  predictions.ask(to);
  drawPlace();
}

const drawPlace = inNextFrame(() => {
  drawOccluder();
  // The square moves pixel by pixel, the heatmaps' mark from cell to cell.
  const position = pointed();
  if (position !== marked) {
    marked = position;
    heatFigures.forEach((figure) => {
      figure.point();
    });
  }
});

function choosePosition(position: number): void {
  if (view !== undefined) {
    putOccluder(placeOf(view, position));
  }
}

function heat(coloursOf: (of: OcclusionView) => Heat['colours']): Heat {
  const nothing = { ...controls.sweep, rows: 0, columns: 0 };
  return {
    grid: view ?? nothing,
    photo,
    colours: view === undefined ? [] : coloursOf(view),
  };
}

function overlay(): Overlay {
  return { opacity: opacity.value / 100, position: pointed() };
}

/** The position where the occluder is, or which is nearest to it. */
function pointed(): number | undefined {
  return view === undefined || place === undefined ? undefined : nearestPosition(view, place);
}

function readingOf(valueAt: (position: number) => string): string {
  const position = pointed();
  if (view === undefined || position === undefined) {
    return ' ';
  }
  const { left, top } = placeOf(view, position);
  const isComputed = view.nearest[position] === position;
  return l10n('column {0}, row {1}: {2}', left, top, isComputed ? valueAt(position) : l10n('not computed'));
}

function described(what: string): string {
  return [what, l10n('arrow keys move the square')].join('; ');
}

function legendOf(): LegendEntry[] {
  return legendEntries(view?.legend ?? [], nameOf, (count) => l10n('{0} further classes', count));
}

function legendLine({ colour, text, share }: LegendEntry): HTMLElement {
  const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  swatch.style.background = colour;
  return element(
    'li',
    {},
    swatch,
    element('span', { class: 'name', title: text }, text),
    element('span', { class: 'share' }, percent(share)),
  );
}

/** Figure 7 of the paper, with what explains its colours. */
function wholeFigure(): HTMLCanvasElement {
  const values = rangeFromZero(view?.probability ?? new Float32Array(), view?.baseline ?? 0);
  const sums = rangeFromZero(view?.activity ?? new Float32Array(), view?.map?.baseline ?? 0);
  return figureSeven([
    { title: l10n('Covered photo'), canvas: occluder.canvas },
    ...(view?.map === null
      ? []
      : [
          {
            title: activity.title,
            canvas: activity.canvas,
            key: { kind: 'bar' as const, map: INFERNO, from: short(sums.min), to: short(sums.max) },
          },
          { title: projected.title, canvas: projected.canvas },
        ]),
    {
      title: probability.title,
      canvas: probability.canvas,
      key: { kind: 'bar', map: VIRIDIS, from: percent(values.min), to: percent(values.max) },
    },
    { title: label.title, canvas: label.canvas, key: { kind: 'legend', entries: legendOf() } },
  ]);
}

function openProjection(): void {
  if (view?.map) {
    const { layer, channel } = view.map;
    void client.request('openPanel', { panel: 'projection', layer, channel });
  }
}

function heatSaving(
  what: string,
  ending: string,
  picture: () => HTMLCanvasElement,
  values: () => Float32Array,
): HTMLElement {
  return saving({
    label: what,
    name: () => `${fileName()}-${ending}`,
    picture,
    numbers: () => ({ shape: [view?.rows ?? 0, view?.columns ?? 0], values: values() }),
  });
}

function saving(what: Saveable): HTMLElement {
  return saveBar(common, panel.errors, what);
}

function nameOf(classIndex: number): string {
  return classIndex < 0 ? l10n('the class') : className(panel.shown()?.model.labels ?? [], classIndex);
}

function fileName(): string {
  const { model, photo: shownPhoto } = panel.shown() ?? {};
  const names = [model?.name, shownPhoto?.name].map((part) => part?.replace(/\.\w+$/, ''));
  return [...names, 'occlusion'].join('-');
}
