/** The model at a glance: its numbers, its layers as a table and as a graph, and what is wrong with it. */

import '@vscode-elements/elements/dist/vscode-icon/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { Grouping } from '../../../src/protocol/graphView.js';
import type { ArchitectureRequests } from '../../../src/protocol/panels/architecture.js';
import type { LayerView, MergeView, ModelView } from '../../../src/protocol/view.js';
import { fileWords } from '../../common/commandLine.js';
import { textField } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { connect, l10n } from '../../common/host.js';
import { startPanel } from '../../common/panel.js';
import { About } from './about.js';
import { whole } from '../../common/counts.js';
import { GraphPane } from './graphPane.js';
import { NO_GROUPING } from '../../common/graph/grouping.js';
import { LayerBar } from './layerBar.js';
import { LayerTable } from './layerTable.js';
import type { TableState } from './layerTable.js';
import { segments } from '../../common/segments.js';

type View = 'table' | 'graph' | 'both';

interface State extends TableState {
  readonly view: View;
  readonly query: string;
  readonly grouping: Grouping;
  readonly isAboutFolded: boolean;
}

/** Table and graph fit side by side from this width on, in CSS pixels. */
const WIDE = 1000;

const host = connect<ArchitectureRequests, State>();
const { client, common, state } = host;
const saved = state.get();

let model: ModelView | undefined;
let places = new Map<string, number>();
let selected = -1;

const panel = startPanel(host, {
  hasPhoto: false,
  loading: ({ model: { name } }) => l10n('Reading {0}', name),
  command: (shown) => ['unpool', 'info', ...fileWords(shown.model)],
  load: async ({ model: next, selection }) => {
    if (next !== model) {
      show(next);
    }
    showSelected(selection.layer);
  },
});
common.on('selectionChanged', ({ layer }) => {
  showSelected(layer);
});

const about = new About(saved.isAboutFolded, {
  folded: (isAboutFolded) => {
    state.update({ isAboutFolded });
  },
  choose: (layer) => {
    const named = model?.layers[places.get(layer) ?? -1];
    if (named !== undefined) {
      choose(named);
    }
  },
  merge,
});
const table = new LayerTable(saved, {
  select: choose,
  open: openLayer,
  changed: (changes) => {
    state.update(changes);
  },
});
const graph = new GraphPane(
  client,
  common,
  { ...NO_GROUPING, ...saved.grouping },
  {
    select: choose,
    open: openLayer,
    regrouped: (grouping) => {
      state.update({ grouping });
    },
  },
);
const bar = new LayerBar((name, layer) => {
  void client.request('openPanel', { panel: name, layer: layer.name });
}, merge);
const found = element('span', { class: 'muted found', role: 'status' });
const search = textField(
  l10n('Search layers by name, operator or shape'),
  {
    class: 'search',
    placeholder: l10n('Search layers'),
    oninput: () => {
      state.update({ query: search.value });
      applyQuery();
    },
    onkeydown: (event) => {
      onSearchKey(event as KeyboardEvent);
    },
  },
  element('vscode-icon', { slot: 'content-before', name: 'search', 'aria-hidden': 'true' }),
);
search.value = saved.query ?? '';
const split = element('div', { class: 'panes' }, table.element, graph.element);
const views = segments<View>(
  l10n('View'),
  [
    { value: 'table', label: l10n('Table'), icon: 'list-flat' },
    { value: 'graph', label: l10n('Graph'), icon: 'type-hierarchy' },
    { value: 'both', label: l10n('Both'), icon: 'split-horizontal' },
  ],
  saved.view ?? fittingView(),
  (view) => {
    state.update({ view });
    applyView(view);
  },
);

panel.content.append(
  about.element,
  element(
    'div',
    { class: 'toolbar' },
    views.element,
    search,
    found,
    table.foldButton,
    element('vscode-toolbar-button', {
      class: 'copy-table',
      icon: 'copy',
      label: l10n('Copy the table'),
      title: l10n('Copy the table, for a spreadsheet'),
      onclick: () => {
        navigator.clipboard.writeText(table.text()).then(
          () => {
            found.textContent = l10n('Copied');
            setTimeout(showFound, 3000);
          },
          (error: unknown) => {
            panel.errors.show(error);
          },
        );
      },
    }),
  ),
  split,
  bar.element,
);
applyView(views.value);
window.addEventListener('resize', () => {
  if (state.get().view === undefined) {
    views.value = fittingView();
    applyView(views.value);
  }
});

/** What there is room for, until the user chooses. */
function fittingView(): View {
  return window.innerWidth >= WIDE ? 'both' : 'table';
}

function show(next: ModelView): void {
  model = next;
  places = new Map(next.layers.map(({ name }, place) => [name, place]));
  table.setModel(next);
  graph.setModel(next);
  applyQuery();
  about.setModel(next);
}

function showSelected(layer: string | null): void {
  selected = places.get(layer ?? '') ?? -1;
  table.select(selected);
  graph.select(selected);
  bar.show(model?.layers[selected], model?.problems ?? []);
}

/** Marks the layer here at once, and everywhere else through the host. */
function choose({ name }: LayerView): void {
  showSelected(name);
  void client.request('selectLayer', { layer: name });
}

/** Asks where to; the model that is open stays as it is. */
function merge(pair: MergeView): void {
  void client.request('merge', pair);
}

function openLayer({ name, hasKernels, hasMaps }: LayerView): void {
  if (hasKernels || hasMaps) {
    const panelName = hasKernels ? 'kernels' : 'featureMaps';
    void client.request('openPanel', { panel: panelName, layer: name });
  }
}

function applyView(view: View): void {
  split.dataset['view'] = view;
  // In the drawing a layer can be found by its name, but not in an order.
  table.element.hidden = view === 'graph';
  graph.element.hidden = view === 'table';
  graph.setSeen(view !== 'table');
}

function applyQuery(): void {
  table.setQuery(search.value);
  graph.setMatches(search.value.trim() === '' ? undefined : table.shown);
  showFound();
}

function showFound(): void {
  const total = model?.layers.length ?? 0;
  found.textContent =
    search.value.trim() === '' ? '' : l10n('{0} of {1}', whole(table.shown.length), whole(total));
}

/** Enter goes from one layer found to the next, Escape ends the search. */
function onSearchKey(event: KeyboardEvent): void {
  if (event.key === 'Escape' && search.value !== '') {
    search.value = '';
    state.update({ query: '' });
    applyQuery();
  } else if (event.key === 'Enter') {
    const { shown } = table;
    const step = event.shiftKey ? shown.length - 1 : 1;
    const next = shown[(shown.indexOf(selected) + step) % Math.max(1, shown.length)];
    const layer = model?.layers[next ?? -1];
    if (layer !== undefined) {
      choose(layer);
    }
  }
}
