/** The top photos of a layer's maps: what of many photos excites each most. */

import type { TopLayerView, TopOrder, TopPhotosRequests } from '../../../src/protocol/panels/topPhotos.js';
import { slider, textField } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { fileBar } from '../../common/fileBar.js';
import { TileGrid } from '../../common/grid.js';
import { connect, l10n } from '../../common/host.js';
import { startPanel } from '../../common/panel.js';
import { setClientOf } from '../../common/setHeader.js';
import { onThemeChange } from '../../common/theme.js';
import { Detail } from './detail.js';
import { Fetching } from './fetching.js';
import { cellSide, rankAt, sheetSize } from './layout.js';
import { choiceFor, commandWords, orderOf, SAVED_MAPS } from './order.js';
import type { OrderChoice } from './order.js';
import { OrderControls } from './orderControls.js';
import { Pictures } from './pictures.js';
import { captionOf, describeMap, summaryOf } from './texts.js';

interface Kept {
  readonly item: number;
  readonly order: Partial<OrderChoice>;
  /** Height of the tiles in CSS pixels. */
  readonly side: number;
}

const NONE: TopLayerView = {
  ...{ store: '', layer: '', maps: 0, rows: 1, columns: 1, photos: 0, strongest: 9, field: 1, labels: [] },
  ...{ mean: new Float64Array(), largest: new Float64Array(), zeros: new Float64Array() },
  ...{ answers: new Float64Array(), label: new Int32Array(), selectivity: new Float64Array() },
};
/** Heights of a tile in CSS pixels, until one zooms: two side by side fit where there is little room. */
const [SMALL, LARGE] = [120, 156];
const NARROW = 760;
const SAVED_FORMS = ['png', 'json'] as const;

const host = connect<TopPhotosRequests, Kept>();
const { client, state: kept } = host;

let layer = NONE;
let choice: OrderChoice = { kind: 'index', label: '', other: '', map: 0 };
/** What maps are ordered by. */
let values = new Map<number, number>();
/** The chosen map; undefined until one is. */
let item = kept.get().item;
let detailed: AbortController | undefined;
/** Lets the chosen map's pictures be fetched, once the wall has them or nothing more to fetch. */
let goOn: (() => void) | undefined;

const panel = startPanel(host, {
  layers: {
    accepts: ({ name }, index) => index?.layers.some((each) => each.name === name) ?? false,
    none: l10n('The index has no layer of this model.'),
  },
  sets: setClientOf(host),
  hasPhoto: false,
  loading: ({ layer: shown }) => l10n('Reading what excites {0}', shown?.name ?? ''),
  load: async ({ layer: shown, index }, signal) => {
    const params = { store: index?.store ?? '', layer: shown?.name ?? '' };
    const next = await client.request('topLayer', params, { signal });
    const nextChoice = choiceFor(next, kept.get().order ?? {});
    const order = await client.request('orderMaps', { ...params, order: orderOf(nextChoice) }, { signal });
    layer = next;
    fetching.clear();
    pictures.clear(look());
    summary.textContent = summaryOf(layer);
    controls.show(layer, nextChoice);
    showOrder(nextChoice, order);
  },
  command: () => (layer === NONE ? [] : commandWords(layer, orderOf(choice))),
  showChannel: (channel) => {
    choose(channel);
  },
});

const summary = element('div', { class: 'summary' });
const pictures = new Pictures();
const fetching = new Fetching({
  fetch: async (maps, signal) => {
    const { store, layer: name } = layer;
    const params = { store, layer: name, maps, side: pictures.side };
    await client.request('topPatches', params, {
      signal,
      onPartial: (views) => {
        // They may have been on their way when something else was chosen.
        if (!signal.aborted) {
          grid.redrawItems(pictures.add(views));
          detail.addPictures(views.filter(({ map }) => map === item));
        }
      },
    });
  },
  isWhole: (map) => pictures.isWhole(map),
  onWhole: (maps) => {
    pictures.setWhole(maps);
    grid.redrawItems(maps);
    if (item !== undefined && maps.includes(item)) {
      goOn?.();
    }
  },
  onError: (error) => {
    panel.errors.show(error);
  },
  onBusy: (isBusy) => {
    grid.element.setAttribute('aria-busy', String(isBusy));
    if (!isBusy) {
      goOn?.();
    }
  },
});
const controls = new OrderControls((wanted) => {
  void changeOrder(wanted);
});
const zoom = slider(
  l10n('Zoom'),
  { min: 60, max: 480, step: 6 },
  kept.get().side ?? (window.innerWidth > NARROW ? LARGE : SMALL),
  (pixels) => `${pixels} px`,
  (side) => {
    kept.update({ side });
    arrange();
    pictures.resize(look().side);
    fetching.again();
  },
);
const jump = textField(l10n('Go to map'), { type: 'number', min: 0, step: 1, placeholder: l10n('number') });
jump.addEventListener('change', () => {
  if (jump.value !== '') {
    choose(Math.max(0, Math.min(Math.trunc(Number(jump.value)) || 0, layer.maps - 1)));
  }
});
const grid = new TileGrid({
  label: l10n('Maps'),
  draw: (map, canvas, side) => {
    pictures.draw(map, canvas, side);
  },
  widthOf: (side) => {
    const { width, height } = sheetSize(cellSide(side, layer.strongest), layer.strongest);
    return (width * side) / height;
  },
  caption: captionFor,
  describe: (map) => describeMap(layer, map, captionFor(map)),
  onSelect: (map, at) => {
    choose(map);
    if (at !== undefined) {
      detail.choose(rankAt(at, layer.strongest));
    }
  },
  onActivate: () => {
    detail.focus();
  },
  onSight: (maps) => {
    fetching.want(maps);
  },
});
const detail: Detail = new Detail(
  {
    open: (photo, to, map) => {
      const params = { store: layer.store, photo, panel: to, layer: layer.layer, channel: map };
      client.request('openSetPhoto', params).catch((error: unknown) => {
        panel.errors.show(error);
      });
    },
    thumbnail: async (photo) => {
      const side = Math.round(96 * window.devicePixelRatio);
      const png = await client.request('setThumbnail', { store: layer.store, photo, side });
      return createImageBitmap(new Blob([png], { type: 'image/png' }));
    },
    showLabel: (label) => {
      void changeOrder({ ...choice, kind: 'label', label });
    },
    showLike: (map) => {
      void changeOrder({ ...choice, kind: 'likeness', map });
    },
    leave: () => {
      grid.element.focus();
    },
  },
  fileBar(panel.errors, l10n('selected map'), SAVED_FORMS, (form) => save(form, [item ?? 0])),
);

panel.content.append(
  element(
    'div',
    { class: 'toolbar' },
    controls.element,
    element(
      'div',
      { class: 'control map-number' },
      element('span', { 'aria-hidden': 'true' }, l10n('Go to map')),
      jump,
    ),
    zoom.element,
    fileBar(panel.errors, l10n('the first {0} maps', SAVED_MAPS), SAVED_FORMS, (form) =>
      save(form, { order: orderOf(choice), first: SAVED_MAPS }),
    ),
  ),
  summary,
  element('div', { class: 'split' }, element('div', { class: 'overview' }, grid.element), detail.element),
);
onThemeChange(() => {
  grid.redraw();
});

function captionFor(map: number): string {
  return captionOf(layer, choice, map, values.get(map) ?? NaN);
}

function look(): Parameters<Pictures['clear']>[0] {
  const { strongest: count, field } = layer;
  return { count, field, side: cellSide(Math.round(zoom.value * window.devicePixelRatio), count) };
}

/** Shows the maps in another order, where that has a meaning; where not, says so and leaves them as they are. */
async function changeOrder(wanted: Partial<OrderChoice>): Promise<void> {
  const next = choiceFor(layer, wanted);
  const { store, layer: name } = layer;
  const order = await panel.busy.run(l10n('Sorting the maps'), (signal) =>
    client.request('orderMaps', { store, layer: name, order: orderOf(next) }, { signal }),
  );
  if (order === undefined) {
    controls.choose(choice);
    return;
  }
  controls.choose(next);
  kept.update({ order: next });
  showOrder(next, order);
  const [first] = order.maps;
  if (first !== undefined) {
    choose(first);
  }
  panel.tellCommand();
}

function showOrder(
  next: OrderChoice,
  order: { readonly maps: Int32Array; readonly values: Float64Array },
): void {
  choice = next;
  values = new Map([...order.maps].map((map, place) => [map, order.values[place] ?? NaN]));
  arrange();
  choose(item === undefined || item >= layer.maps ? (order.maps[0] ?? 0) : item);
}

function arrange(): void {
  grid.setItems([{ items: [...values.keys()] }], zoom.value);
}

function choose(map: number): void {
  item = map;
  kept.update({ item });
  grid.select(item);
  void showDetail(map);
}

/** Fetches what is shown of the chosen map beside the others. */
async function showDetail(map: number): Promise<void> {
  detailed?.abort();
  goOn?.();
  const controller = new AbortController();
  const { signal } = controller;
  detailed = controller;
  const shown = layer;
  const params = { store: shown.store, layer: shown.layer };
  detail.show(shown, map, panel.shown()?.layer?.hasMaps ?? false);
  try {
    const numbers = await client.request('topMap', { ...params, map }, { signal });
    if (signal.aborted) {
      return;
    }
    detail.showNumbers(shown, numbers);
    if (fetching.isBusy && !pictures.isWhole(map)) {
      // The wall makes the same pictures; those of the chosen map are shown as they come.
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
    }
    await client.request(
      'topPatches',
      { ...params, maps: [map], side: detail.side },
      {
        signal,
        onPartial: (views) => {
          if (!signal.aborted) {
            detail.addPictures(views);
          }
        },
      },
    );
  } catch (error) {
    if (!signal.aborted) {
      panel.errors.show(error);
    }
  }
}

function save(
  form: 'png' | 'json',
  maps: readonly number[] | { readonly order: TopOrder; readonly first: number },
): Promise<boolean> {
  return client.request('saveTop', { store: layer.store, layer: layer.layer, form, maps });
}
