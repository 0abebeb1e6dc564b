/** The feature maps of a layer: how it answers the photo. */

import type { FeatureMapsRequests, FeatureMapsView } from '../../../src/protocol/panels/featureMaps.js';
import type { Picture } from '../../../src/protocol/view.js';
import { mapPicture } from '../../common/canvas.js';
import { VIRIDIS } from '../../common/colour.js';
import type { Range } from '../../common/colour.js';
import { fileWords } from '../../common/commandLine.js';
import { checkbox } from '../../common/controls.js';
import { connect, l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import type { Report } from '../../common/busy.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import { sheet } from '../../common/sheet.js';
import { TileBrowser } from '../../common/tileBrowser.js';
import type { KeptBrowsing } from '../../common/tileBrowser.js';
import { Detail } from './detail.js';
import { histogram } from './histogram.js';
import { mapOf } from './maps.js';
import { sorted } from './order.js';
import type { SortBy } from './order.js';
import { Projections } from './projections.js';

interface Kept extends KeptBrowsing<SortBy> {
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

const host = connect<FeatureMapsRequests, Kept>();
const { client, common, state: kept } = host;
const saved = kept.get();

let view = NONE;
let dead: ReadonlySet<number> = new Set();

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
  command: ({ model, layer, photo }) =>
    photo === undefined
      ? []
      : [
          ...['unpool', projected.isOn ? 'project' : 'features', ...fileWords(model, photo)],
          ...['--layer', layer?.name ?? '', ...(projected.isOn ? ['--every-map'] : [])],
          ...['--out', projected.isOn ? 'projections.png' : 'features.png'],
        ],
  showChannel: (channel) => {
    browser.choose(channel);
  },
});

const ownScales = checkbox(l10n('Each map its own scale'), saved.hasOwnScales ?? true, (hasOwnScales) => {
  kept.update({ hasOwnScales });
  browser.redrawAll();
});
const projected = checkbox(l10n('Projections'), saved.isProjected ?? false, (isProjected) => {
  kept.update({ isProjected });
  browser.arrange();
  panel.tellCommand();
  if (isProjected) {
    void panel.busy.run(l10n('Projecting the maps of {0}', view.layer), projectMaps);
  } else {
    panel.busy.cancel();
  }
});
projected.element.title = l10n(
  'What in the photo makes the strongest unit of each map answer, cut to what it sees',
);
const projections = new Projections((channels, signal, onPartial) =>
  client.request('projections', { layer: view.layer, photo: view.photo, channels }, { signal, onPartial }),
);
const browser = new TileBrowser<SortBy>({
  label: l10n('Feature maps'),
  kept,
  arrange: (sortBy) => [{ items: sorted(view.perMap, sortBy) }],
  picture: pictureOf,
  describe: (item) => {
    const largest = short(view.perMap[item]?.max ?? NaN);
    return projected.isOn
      ? l10n('Projection of map {0}, largest activation {1}', item, largest)
      : l10n('Map {0}, largest activation {1}', item, largest);
  },
  marks: (item) => (dead.has(item) ? [{ icon: 'circle-slash', text: l10n('dead') }] : []),
  showDetail: (item) => {
    detail.show(view, item, rangeOf(item));
  },
  activate: project,
});
const detail: Detail = new Detail(
  {
    opacity: saved.opacity ?? 60,
    onOpacity: (opacity) => {
      kept.update({ opacity });
    },
    project,
  },
  saveBar(common, panel.errors, {
    label: l10n('selected map'),
    name: () => `${fileName()}-map-${browser.chosen}`,
    picture: () => detail.canvas,
    numbers: () => ({ shape: view.shape.slice(2), values: mapOf(view, browser.chosen) }),
  }),
);
const counts = histogram(() => view);

panel.content.append(
  ...browser.elements({
    controls: [
      ownScales.element,
      projected.element,
      saveBar(common, panel.errors, {
        label: l10n('all feature maps'),
        name: fileName,
        picture: () => {
          const [, , height = 1, width = 1] = view.shape;
          const side = Math.max(projected.isOn ? 128 : 32, height, width);
          return sheet(browser.sections, pictureOf, side);
        },
        numbers: () => ({ shape: view.shape, values: view.values }),
      }),
    ],
    chart: counts.element,
    detail: detail.element,
  }),
);

function show(next: FeatureMapsView): void {
  view = next;
  projections.clear();
  dead = new Set(view.dead);
  const [, , height = 1, width = 1] = view.shape;
  browser.show({
    count: view.perMap.length,
    summary: summaryOf(view),
    sortChoices: [
      { value: 'index', label: l10n('index') },
      { value: 'max', label: l10n('largest activation') },
      { value: 'mean', label: l10n('mean activation') },
    ],
    side: Math.min(112, height * width === 1 ? 24 : Math.max(64, height, width)),
  });
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
    deadMaps.length === 1 ? l10n('1 map silent') : l10n('{0} maps silent', deadMaps.length),
    ...(notFinite > 0 ? [l10n('{0} activations are NaN or infinite', notFinite)] : []),
  ].join(' · ');
}

/** Fetches the projections that are not there yet, those of the first tiles first. */
async function projectMaps(signal: AbortSignal, report: Report): Promise<void> {
  const { order } = browser;
  await projections.fetch(order, signal, (done) => {
    browser.redraw();
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
