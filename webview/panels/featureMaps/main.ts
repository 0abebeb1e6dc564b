/** The feature maps of a layer: how it answers the photo. */

import type { FeatureMapsRequests, FeatureMapsView } from '../../../src/protocol/panels/featureMaps.js';
import type { Picture } from '../../../src/protocol/view.js';
import { fitSize, mapPicture, paint } from '../../common/canvas.js';
import { VIRIDIS } from '../../common/colour.js';
import type { Range } from '../../common/colour.js';
import { checkbox, select, slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { TileGrid } from '../../common/grid.js';
import { connect, l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import type { Report } from '../../common/busy.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import { sheet } from '../../common/sheet.js';
import { Detail } from './detail.js';
import { histogram } from './histogram.js';
import { mapOf } from './maps.js';
import { sorted } from './order.js';
import type { SortBy } from './order.js';
import { Projections } from './projections.js';

interface State {
  readonly channel: number;
  readonly sortBy: SortBy;
  readonly side: number;
  readonly hasOwnScales: boolean;
  readonly isProjected: boolean;
  readonly opacity: number;
}

const EMPTY_STATISTICS = { min: 0, max: 0, mean: 0, standardDeviation: 0, zeros: 0 };
const NONE: FeatureMapsView = {
  layer: '',
  photo: '',
  shape: [1, 0, 0, 0],
  values: new Float32Array(),
  perMap: [],
  whole: EMPTY_STATISTICS,
  edges: new Float32Array(),
  counts: new Uint32Array(),
  dead: [],
  notFinite: 0,
  picture: { width: 1, height: 1, rgba: new ArrayBuffer(4) },
};

const host = connect<FeatureMapsRequests, State>();
const { client, common, state } = host;
const saved = state.get();

let view = NONE;
let dead: ReadonlySet<number> = new Set();
let order: readonly number[] = [];
let channel = saved.channel ?? 0;

const panel = startPanel(host, {
  layers: {
    accepts: ({ hasMaps }) => hasMaps,
    none: l10n('No layer of this model gives feature maps.'),
  },
  hasPhoto: true,
  loading: ({ layer, photo }) => l10n('Running {0} up to {1}', photo?.name ?? '', layer?.name ?? ''),
  load: async ({ layer, photo }, signal, report) => {
    const params = { layer: layer?.name ?? '', photo: photo?.id ?? '' };
    show(await client.request('featureMaps', params, { signal }));
    if (projected.isOn) {
      panel.reveal();
      await projectMaps(signal, report);
    }
  },
  showChannel: choose,
});

const sortChoices = [
  { value: 'index' as const, label: l10n('index') },
  { value: 'max' as const, label: l10n('largest activation') },
  { value: 'mean' as const, label: l10n('mean activation') },
];
const sort = select<SortBy>(l10n('Sort by'), sortChoices, saved.sortBy ?? 'index', (sortBy) => {
  state.update({ sortBy });
  arrangeTiles();
});
const zoom = slider(
  l10n('Zoom'),
  { min: 16, max: 256, step: 4 },
  saved.side ?? 64,
  (side) => `${side} px`,
  (side) => {
    state.update({ side });
    arrangeTiles();
  },
);
const ownScales = checkbox(l10n('Each map its own scale'), saved.hasOwnScales ?? false, (hasOwnScales) => {
  state.update({ hasOwnScales });
  grid.redraw();
  showDetail();
});
const projected = checkbox(l10n('Projections'), saved.isProjected ?? false, (isProjected) => {
  state.update({ isProjected });
  arrangeTiles();
  if (isProjected) {
    void panel.busy.run(l10n('Projecting the maps of {0}', view.layer), projectMaps);
  } else {
    panel.busy.cancel();
  }
});
projected.element.title = l10n(
  'What in the photo makes the strongest unit of each map answer, cut to what it sees',
);
const projections = new Projections((channels, signal) =>
  client.request('projections', { layer: view.layer, photo: view.photo, channels }, { signal }),
);
const summary = element('div', { class: 'summary' });
const grid = new TileGrid({
  label: l10n('Feature maps'),
  draw: (item, canvas, side) => {
    const picture = pictureOf(item);
    paint(canvas, picture, fitSize(picture.width, picture.height, side));
  },
  caption: String,
  describe: (item) => {
    const largest = short(view.perMap[item]?.max ?? NaN);
    return projected.isOn
      ? l10n('Projection of map {0}, largest activation {1}', item, largest)
      : l10n('Map {0}, largest activation {1}', item, largest);
  },
  marks: (item) => (dead.has(item) ? [{ icon: 'circle-slash', text: l10n('dead') }] : []),
  onSelect: choose,
  onActivate: project,
});
const detail: Detail = new Detail(
  {
    opacity: saved.opacity ?? 60,
    onOpacity: (opacity) => {
      state.update({ opacity });
    },
    project,
  },
  saveBar(common, panel.errors, {
    label: l10n('selected map'),
    name: () => `${fileName()}-map-${channel}`,
    picture: () => detail.canvas,
    numbers: () => ({ shape: view.shape.slice(2), values: mapOf(view, channel) }),
  }),
);
const counts = histogram(() => view);

panel.content.append(
  element(
    'div',
    { class: 'toolbar' },
    sort.element,
    zoom.element,
    ownScales.element,
    projected.element,
    saveBar(common, panel.errors, {
      label: l10n('all feature maps'),
      name: fileName,
      picture: () => {
        const [, , height = 1, width = 1] = view.shape;
        return sheet([{ items: order }], pictureOf, Math.max(projected.isOn ? 128 : 32, height, width));
      },
      numbers: () => ({ shape: view.shape, values: view.values }),
    }),
  ),
  summary,
  element(
    'div',
    { class: 'split' },
    element('div', { class: 'overview' }, grid.element, counts.element),
    detail.element,
  ),
);

function show(next: FeatureMapsView): void {
  view = next;
  projections.clear();
  dead = new Set(view.dead);
  channel = Math.min(channel, view.perMap.length - 1);
  summary.textContent = summaryOf(view);
  if (state.get().side === undefined) {
    const [, , height = 1, width = 1] = view.shape;
    zoom.value = Math.min(112, height * width === 1 ? 24 : Math.max(64, height, width));
  }
  arrangeTiles();
  counts.draw(
    l10n(
      'Histogram of the activations of {0}, from {1} to {2}',
      view.layer,
      short(view.whole.min),
      short(view.whole.max),
    ),
  );
}

function summaryOf({ shape, whole, dead: deadMaps, notFinite }: FeatureMapsView): string {
  const [, channels = 0, height = 0, width = 0] = shape;
  return [
    l10n('{0} maps of {1}×{2}', channels, height, width),
    l10n('{0} zeros', percent(whole.zeros)),
    l10n('{0} dead on this photo', deadMaps.length),
    ...(notFinite > 0 ? [l10n('{0} activations are NaN or infinite', notFinite)] : []),
  ].join(' · ');
}

function arrangeTiles(): void {
  order = sorted(view.perMap, sort.value);
  grid.setItems([{ items: order }], zoom.value);
  grid.select(channel);
  showDetail();
}

function choose(item: number): void {
  channel = Math.max(0, Math.min(item, view.perMap.length - 1));
  state.update({ channel });
  grid.select(channel);
  showDetail();
}

function showDetail(): void {
  detail.show(view, channel, rangeOf(channel));
}

/** Fetches the projections that are not there yet, those of the first tiles first. */
async function projectMaps(signal: AbortSignal, report: Report): Promise<void> {
  await projections.fetch(order, signal, (done) => {
    grid.redraw();
    report(done / order.length, l10n('Projected {0} of {1} maps', done, order.length));
  });
}

function pictureOf(item: number): Picture {
  return projected.isOn ? projections.pictureOf(item) : mapPictureOf(item);
}

function mapPictureOf(item: number): Picture {
  const [, , height = 1, width = 1] = view.shape;
  return mapPicture(mapOf(view, item), height, width, VIRIDIS, rangeOf(item));
}

function rangeOf(item: number): Range {
  return ownScales.isOn ? (view.perMap[item] ?? view.whole) : view.whole;
}

function project(item: number): void {
  void client.request('openPanel', { panel: 'projection', layer: view.layer, channel: item });
}

function fileName(): string {
  const { model, photo } = panel.shown() ?? {};
  return [model?.name, photo?.name, view.layer].map((part) => part?.replace(/\.\w+$/, '')).join('-');
}
