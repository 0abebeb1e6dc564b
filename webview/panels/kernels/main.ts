/** The kernels of a convolution: what it has learned to filter for. */

import type { KernelsRequests, KernelsView } from '../../../src/protocol/panels/kernels.js';
import { fitSize, paint } from '../../common/canvas.js';
import { symmetricRange } from '../../common/colour.js';
import type { Range } from '../../common/colour.js';
import { checkbox, select, slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { TileGrid } from '../../common/grid.js';
import type { Section } from '../../common/gridLayout.js';
import { connect, l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import { sheet } from '../../common/sheet.js';
import { colourfulness } from './colourfulness.js';
import { Detail } from './detail.js';
import type { Fact } from './detail.js';
import { kernelPicture, pictureSize, weightsOf } from './kernelPicture.js';
import { marksOf, summaryOf } from './marks.js';
import { normsChart } from './normsChart.js';
import { arrange } from './order.js';
import type { SortBy } from './order.js';

interface State {
  readonly kernel: number;
  readonly sortBy: SortBy;
  readonly side: number;
  readonly hasCommonScale: boolean;
  readonly isMarkedOnly: boolean;
}

const NONE: KernelsView = {
  layer: '',
  shape: [0, 0, 0, 0],
  groups: 1,
  parts: 1,
  weights: new Float32Array(),
  norms: new Float32Array(),
  dead: [],
  nearDuplicates: [],
  notFinite: [],
  colours: null,
};
const SMALLEST_TILE = 64;
const LARGEST_TILE = 160;

const host = connect<KernelsRequests, State>();
const { client, common, state } = host;
const saved = state.get();

let view = NONE;
let commonRange: Range = { min: -1, max: 1 };
let marks = marksOf(view);
let sections: readonly Section[] = [];
let kernel = saved.kernel ?? 0;

const panel = startPanel(host, {
  layers: {
    accepts: ({ hasKernels }) => hasKernels,
    none: l10n('This model has no two-dimensional convolution, so there are no kernels to show.'),
  },
  hasPhoto: false,
  loading: ({ layer }) => l10n('Reading the kernels of {0}', layer?.name ?? ''),
  load: async ({ layer }, signal) => {
    show(await client.request('kernels', { layer: layer?.name ?? '' }, { signal }));
  },
  showChannel: choose,
});

const sort = select<SortBy>(l10n('Sort by'), [], 'index', (sortBy) => {
  state.update({ sortBy });
  arrangeTiles();
});
const zoom = slider(
  l10n('Zoom'),
  { min: 16, max: 256, step: 4 },
  saved.side ?? SMALLEST_TILE,
  (side) => `${side} px`,
  (side) => {
    state.update({ side });
    arrangeTiles();
  },
);
const scale = checkbox(l10n('Common scale'), saved.hasCommonScale ?? false, (hasCommonScale) => {
  state.update({ hasCommonScale });
  grid.redraw();
  showDetail();
});
const markedOnly = checkbox(l10n('Marked only'), saved.isMarkedOnly ?? false, (isMarkedOnly) => {
  state.update({ isMarkedOnly });
  arrangeTiles();
});
const summary = element('div', { class: 'summary' });
const grid = new TileGrid({
  label: l10n('Kernels'),
  draw: (item, canvas, side) => {
    const picture = kernelPicture(view, item, rangeOf(item));
    paint(canvas, picture, fitSize(picture.width, picture.height, side));
  },
  caption: String,
  describe: (item) => l10n('Kernel {0}, norm {1}', item, short(view.norms[item] ?? NaN)),
  marks: (item) => marks.get(item) ?? [],
  onSelect: choose,
  onActivate: showFeatureMap,
});
const detail: Detail = new Detail(
  { choose, showFeatureMap },
  saveBar(common, panel.errors, {
    label: l10n('selected kernel'),
    name: () => `${fileName()}-kernel-${kernel}`,
    picture: () => detail.canvas,
    numbers: () => ({ shape: view.shape.slice(1), values: weightsOf(view, kernel) }),
  }),
);
const norms = normsChart(
  () => ({ norms: view.norms, order: sections.flatMap(({ items }) => items), selected: kernel }),
  choose,
);

panel.content.append(
  element(
    'div',
    { class: 'toolbar' },
    sort.element,
    zoom.element,
    scale.element,
    markedOnly.element,
    saveBar(common, panel.errors, {
      label: l10n('all kernels shown'),
      name: () => `${fileName()}-kernels`,
      picture: () => {
        const { width, height } = pictureSize(view);
        const side = Math.max(48, width, height);
        return sheet(sections, (item) => kernelPicture(view, item, rangeOf(item)), side);
      },
      numbers: () => ({ shape: view.shape, values: view.weights }),
    }),
  ),
  summary,
  element(
    'div',
    { class: 'split' },
    element('div', { class: 'overview' }, grid.element, norms.element),
    detail.element,
  ),
);

function show(next: KernelsView): void {
  view = next;
  commonRange = symmetricRange(view.weights);
  marks = marksOf(view);
  kernel = Math.min(kernel, view.norms.length - 1);
  const choices = [
    { value: 'index' as const, label: l10n('index') },
    { value: 'norm' as const, label: l10n('norm') },
    ...(view.colours === null ? [] : [{ value: 'colourfulness' as const, label: l10n('colourfulness') }]),
  ];
  const sortBy = choices.find(({ value }) => value === state.get().sortBy)?.value ?? 'index';
  sort.setChoices(choices, sortBy);
  markedOnly.element.hidden = marks.size === 0;
  summary.textContent = summaryOf(view);
  if (state.get().side === undefined) {
    zoom.value = Math.min(LARGEST_TILE, Math.max(SMALLEST_TILE, pictureSize(view).width));
  }
  arrangeTiles();
}

function arrangeTiles(): void {
  const [outputs = 0, inputs = 0] = view.shape;
  const isShown = (item: number): boolean => marks.size === 0 || !markedOnly.isOn || marks.has(item);
  sections = arrange(outputs, view.parts, sortKey(), isShown, (part) =>
    view.groups > 1
      ? l10n('Group {0}: input channels {1} to {2}', part + 1, part * inputs, (part + 1) * inputs - 1)
      : l10n('Read by group {0} of the next convolution', part + 1),
  );
  grid.setItems(sections, zoom.value);
  grid.select(kernel);
  showDetail();
}

function sortKey(): ((item: number) => number) | undefined {
  if (sort.value === 'norm') {
    return (item) => view.norms[item] ?? NaN;
  }
  if (sort.value === 'colourfulness') {
    const values = Array.from(view.norms, (_, item) => colourfulness(weightsOf(view, item)));
    return (item) => values[item] ?? NaN;
  }
  return undefined;
}

function choose(item: number): void {
  kernel = Math.max(0, Math.min(item, view.norms.length - 1));
  state.update({ kernel });
  grid.select(kernel);
  showDetail();
}

function showDetail(): void {
  const weights = weightsOf(view, kernel);
  const facts: Fact[] = [[l10n('norm'), short(view.norms[kernel] ?? NaN)]];
  if (view.colours !== null) {
    facts.push([l10n('colourfulness'), percent(colourfulness(weights))]);
  }
  const remarks = (marks.get(kernel) ?? []).map(({ text }) => text);
  if (remarks.length > 0) {
    facts.push([l10n('remarks'), remarks.join(', ')]);
  }
  detail.show(view, kernel, rangeOf(kernel), facts);
  norms.draw(
    l10n(
      'Norms of {0} kernels; kernel {1} has {2}',
      view.norms.length,
      kernel,
      short(view.norms[kernel] ?? NaN),
    ),
  );
}

/** Zero is mid-grey in both. */
function rangeOf(item: number): Range {
  return scale.isOn ? commonRange : symmetricRange(weightsOf(view, item));
}

function showFeatureMap(item: number): void {
  void client.request('openPanel', { panel: 'featureMaps', layer: view.layer, channel: item });
}

function fileName(): string {
  return `${panel.shown()?.model.name.replace(/\.onnx$/, '') ?? ''}-${view.layer}`;
}
