/** Which photos of an index are alike to the network: the nearest to some of them, and all on a map. */

import type {
  DistanceName,
  NeighbourQuestion,
  NeighboursRequests,
  QueryPhoto,
} from '../../../src/protocol/panels/neighbours.js';
import { pathOfUri } from '../../../src/protocol/commandText.js';
import { Busy } from '../../common/busy.js';
import { CommandLine } from '../../common/commandLine.js';
import { select, slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { connect, l10n } from '../../common/host.js';
import { startPanel } from '../../common/panel.js';
import type { Shown } from '../../common/panel.js';
import { PhotoPicker } from '../../common/photoPicker.js';
import { saveBar } from '../../common/save.js';
import { setClientOf } from '../../common/setHeader.js';
import { SetThumbnails } from '../../common/setThumbnails.js';
import { Thumbnails } from '../../common/thumbnails.js';
import { Answers } from './answers.js';
import { MapPane } from './mapPane.js';
import type { KeptMap } from './mapPane.js';
import { PhotoMenu } from './photoMenu.js';
import { asked, withoutQuery, withQueries } from './queries.js';
import { NO_PHOTOS, SetPhotos } from './setPhotos.js';

interface Kept extends KeptMap {
  readonly distance: DistanceName;
  /** Neighbours of each query. */
  readonly count: number;
  /** The photos that were picked, and the index that they were picked of. */
  readonly picked: readonly QueryPhoto[];
  readonly store: string;
}

/** As in the paper's figure. */
const COUNT = 6;
const MOST = 12;

const host = connect<NeighboursRequests, Kept>();
const { client, common, state } = host;
const sets = setClientOf(host);
const saved = state.get();

let photos: SetPhotos = NO_PHOTOS;
/** What the photos, the map, and the map's layer are of. */
let ofPhotos = '';
let ofMap = '';

const panel = startPanel(host, {
  sets,
  hasPhoto: false,
  layers: {
    accepts: ({ name }, index) =>
      index?.layers.some((layer) => layer.name === name && layer.vectors) ?? false,
    none: l10n(
      'The index has no vectors of any layer: index the photos again with unpool index --vectors LAYER.',
    ),
  },
  dependsOn: ({ photo }) => [photo, picked(), distance.value, count.value],
  loading: () => l10n('Looking for the nearest photos'),
  load: async (shown, signal, report) => {
    const { index, layer, selection } = shown;
    if (index === undefined || layer === undefined) {
      return;
    }
    picker.update(selection.photos, selection.photo);
    const key = JSON.stringify([index.store, index.indexed]);
    if (key !== ofPhotos) {
      photos = new SetPhotos(await client.request('setPhotos', { store: index.store }, { signal }));
      ofPhotos = key;
      ofMap = '';
      map.setPhotos(index.store, photos);
    }
    void loadMap(shown);
    const question = questionOf(shown);
    const found =
      question.queries.length === 0
        ? []
        : await client.request('neighbours', question, {
            signal,
            onPartial: (share) => {
              report(share, l10n('Loading the vectors of {0}', layer.name));
            },
          });
    answers.show({
      ...{ store: index.store, photos, queries: question.queries, answers: found },
      chosen: selection.photo,
    });
    map.mark(answers.shown);
  },
  command: (shown) => {
    const { store, layer, distance: kind, count: most, queries } = questionOf(shown);
    const images = queries.map((query) =>
      'photo' in query ? photos.path(photos.placeOf(query.photo) ?? -1) : pathOfUri(query.file),
    );
    return images.length === 0
      ? []
      : [
          ...['unpool', 'neighbours', store, ...images, '--layer', layer],
          ...(most === COUNT ? [] : ['--count', String(most)]),
          ...(kind === 'euclidean' ? [] : ['--distance', kind]),
          ...['--out', 'neighbours.png'],
        ];
  },
});

const distance = select<DistanceName>(
  l10n('Distance'),
  [
    { value: 'euclidean', label: l10n('Euclidean') },
    { value: 'cosine', label: l10n('cosine') },
  ],
  saved.distance ?? 'euclidean',
  (chosen) => {
    state.update({ distance: chosen });
    panel.reload();
  },
);
const count = slider(
  l10n('Neighbours'),
  { min: 1, max: MOST, step: 1 },
  saved.count ?? COUNT,
  String,
  (chosen) => {
    state.update({ count: chosen });
    panel.reload();
  },
);
const picker = new PhotoPicker(common);
const setThumbnails = new SetThumbnails(sets);
const menu = new PhotoMenu({
  ask: (photo) => {
    ask([photo]);
  },
  open: (photo, name) => {
    const { index, layer } = panel.shown() ?? {};
    const params = { store: index?.store ?? '', photo, panel: name, ...(layer && { layer: layer.name }) };
    sets.request('openSetPhoto', params).catch((error: unknown) => {
      panel.errors.show(error);
    });
  },
});
const answers = new Answers(setThumbnails, new Thumbnails(common), {
  pick: (photo, name, at, from) => {
    menu.show(photo, name, at, from);
  },
  remove: (query) => {
    keep(withoutQuery(picked(), query));
  },
});
const mapBusy = new Busy(panel.errors);
const mapCommand = new CommandLine();
const map: MapPane = new MapPane(
  {
    pick: (photo, name, at, from) => {
      menu.show(photo, name, at, from);
    },
    ask,
    onChange: () => {
      state.update(map.kept);
      const shown = panel.shown();
      if (shown !== undefined) {
        void loadMap(shown);
      }
    },
    activations: async (number) => {
      const { index, layer } = panel.shown() ?? {};
      try {
        const params = { store: index?.store ?? '', layer: layer?.name ?? '', map: number };
        return await client.request('mapActivations', params);
      } catch (error) {
        panel.errors.show(error);
        throw error;
      }
    },
    className: (index) => panel.shown()?.model.labels[index] ?? l10n('class {0}', index),
  },
  setThumbnails,
  saved,
  saveBar(common, panel.errors, {
    label: l10n('map of the photos'),
    name: () => `${panel.shown()?.layer?.name ?? ''}-${map.kept.method}`,
    picture: () => map.picture(),
    table: (form) => client.request('saveSetMap', { question: mapQuestion(), form }),
  }),
  mapBusy.element,
);
map.element.append(mapCommand.element);

panel.content.append(
  element(
    'section',
    { class: 'nearest', 'aria-label': l10n('Nearest photos') },
    element(
      'div',
      { class: 'toolbar' },
      picker.element,
      distance.element,
      count.element,
      saveBar(common, panel.errors, {
        label: l10n('nearest photos'),
        name: () => `${panel.shown()?.layer?.name ?? ''}-neighbours`,
        picture: () => answers.picture(),
        table: async (form) => {
          const shown = panel.shown();
          return (
            shown !== undefined && client.request('saveNeighbours', { question: questionOf(shown), form })
          );
        },
      }),
    ),
    answers.element,
  ),
  map.element,
  menu.element,
);

/** Photos of another index have other numbers. */
function picked(): readonly QueryPhoto[] {
  const { picked: photosPicked = [], store } = state.get();
  return store === panel.shown()?.index?.store ? photosPicked : [];
}

function keep(next: readonly QueryPhoto[]): void {
  state.update({ picked: next, store: panel.shown()?.index?.store ?? '' });
  panel.reload();
}

function ask(more: readonly number[]): void {
  keep(
    withQueries(
      picked(),
      more.map((photo) => ({ photo })),
    ),
  );
}

function questionOf({ index, layer, selection }: Shown): NeighbourQuestion {
  return {
    store: index?.store ?? '',
    layer: layer?.name ?? '',
    distance: distance.value,
    count: count.value,
    queries: asked(picked(), selection.photo),
  };
}

function mapQuestion() {
  const { index, layer } = panel.shown() ?? {};
  return { store: index?.store ?? '', layer: layer?.name ?? '', method: map.kept.method };
}

/** Fetches the map unless it is there: what is asked about changes nothing of it. */
async function loadMap({ index, layer }: Shown): Promise<void> {
  const question = mapQuestion();
  mapCommand.show([
    ...['unpool', 'map', question.store, '--layer', question.layer],
    ...(question.method === 'pca' ? [] : ['--method', question.method]),
    ...(map.colourWord === 'label' ? [] : ['--colour', map.colourWord]),
    ...['--out', 'map.png'],
  ]);
  const key = JSON.stringify([question, index?.indexed]);
  if (key === ofMap || index === undefined || layer === undefined) {
    return;
  }
  const before = ofMap === '' ? undefined : (JSON.parse(ofMap) as [typeof question])[0].layer;
  ofMap = key;
  if (before !== question.layer) {
    map.setLayer(index.layers.find(({ name }) => name === layer.name)?.maps ?? 1);
  }
  const text = l10n('Laying out {0} photos', index.indexed.toLocaleString());
  const view = await mapBusy.run(text, (signal, report) =>
    client.request('setMap', question, {
      signal,
      onPartial: (part) => {
        report(part.share, text);
        if (part.map !== null && ofMap === key) {
          map.setMap(part.map);
        }
      },
    }),
  );
  if (view === undefined && ofMap === key) {
    ofMap = '';
  } else if (view !== undefined && ofMap === key) {
    map.setMap(view);
  }
}
