/** The kernels of a convolution: what it has learned to filter for. */

import type { KernelsRequests, KernelsView } from '../../../src/protocol/panels/kernels.js';
import type { Picture } from '../../../src/protocol/view.js';
import { symmetricRange } from '../../common/colour.js';
import type { Range } from '../../common/colour.js';
import { fileWords } from '../../common/commandLine.js';
import { checkbox } from '../../common/controls.js';
import type { Section } from '../../common/gridLayout.js';
import { connect, l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import { sheet } from '../../common/sheet.js';
import { TileBrowser } from '../../common/tileBrowser.js';
import type { KeptBrowsing } from '../../common/tileBrowser.js';
import { colourfulness } from './colourfulness.js';
import { Detail } from './detail.js';
import type { Fact } from './detail.js';
import { kernelPicture, pictureSize, weightsOf } from './kernelPicture.js';
import { marksOf, summaryOf } from './marks.js';
import { normsChart } from './normsChart.js';
import { arrange } from './order.js';
import type { SortBy } from './order.js';

interface Kept extends KeptBrowsing<SortBy> {
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

const host = connect<KernelsRequests, Kept>();
const { client, common, state: kept } = host;
const saved = kept.get();

let view = NONE;
let commonRange: Range = { min: -1, max: 1 };
let marks = marksOf(view);

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
  command: ({ model, layer }) => [
    ...['unpool', 'kernels', ...fileWords(model), '--layer', layer?.name ?? ''],
    ...['--out', 'kernels.png'],
  ],
  showChannel: (channel) => {
    browser.choose(channel);
  },
});

const scale = checkbox(l10n('Common scale'), saved.hasCommonScale ?? false, (hasCommonScale) => {
  kept.update({ hasCommonScale });
  browser.redrawAll();
});
const markedOnly = checkbox(l10n('Marked only'), saved.isMarkedOnly ?? false, (isMarkedOnly) => {
  kept.update({ isMarkedOnly });
  browser.arrange();
});
const browser = new TileBrowser<SortBy>({
  label: l10n('Kernels'),
  kept,
  arrange: arranged,
  picture: pictureOf,
  describe: (item) => l10n('Kernel {0}, norm {1}', item, short(view.norms[item] ?? NaN)),
  marks: (item) => marks.get(item) ?? [],
  showDetail,
  activate: showFeatureMap,
});
const detail: Detail = new Detail(
  {
    choose: (item) => {
      browser.choose(item);
    },
    showFeatureMap,
  },
  saveBar(common, panel.errors, {
    label: l10n('selected kernel'),
    name: () => `${fileName()}-kernel-${browser.chosen}`,
    picture: () => detail.canvas,
    numbers: () => ({ shape: view.shape.slice(1), values: weightsOf(view, browser.chosen) }),
  }),
);
const norms = normsChart(
  () => ({ norms: view.norms, order: browser.order, selected: browser.chosen }),
  (item) => {
    browser.choose(item);
  },
);

panel.content.append(
  ...browser.elements({
    controls: [
      scale.element,
      markedOnly.element,
      saveBar(common, panel.errors, {
        label: l10n('all kernels shown'),
        name: () => `${fileName()}-kernels`,
        picture: () => {
          const { width, height } = pictureSize(view);
          return sheet(browser.sections, pictureOf, Math.max(48, width, height));
        },
        numbers: () => ({ shape: view.shape, values: view.weights }),
      }),
    ],
    chart: norms.element,
    detail: detail.element,
  }),
);

function show(next: KernelsView): void {
  view = next;
  commonRange = symmetricRange(view.weights);
  marks = marksOf(view);
  markedOnly.element.hidden = marks.size === 0;
  browser.show({
    count: view.norms.length,
    summary: summaryOf(view),
    sortChoices: [
      { value: 'index', label: l10n('index') },
      { value: 'norm', label: l10n('norm') },
      ...(view.colours === null ? [] : [{ value: 'colourfulness' as const, label: l10n('colourfulness') }]),
    ],
    side: Math.min(LARGEST_TILE, Math.max(SMALLEST_TILE, pictureSize(view).width)),
  });
}

function arranged(sortBy: SortBy): readonly Section[] {
  const [outputs = 0, inputs = 0] = view.shape;
  const isShown = (item: number): boolean => marks.size === 0 || !markedOnly.isOn || marks.has(item);
  return arrange(outputs, view.parts, sortKey(sortBy), isShown, (part) =>
    view.groups > 1
      ? l10n('Group {0}: input channels {1} to {2}', part + 1, part * inputs, (part + 1) * inputs - 1)
      : l10n('Read by group {0} of the next convolution', part + 1),
  );
}

function sortKey(sortBy: SortBy): ((item: number) => number) | undefined {
  if (sortBy === 'norm') {
    return (item) => view.norms[item] ?? NaN;
  }
  if (sortBy === 'colourfulness') {
    const values = Array.from(view.norms, (_, item) => colourfulness(weightsOf(view, item)));
    return (item) => values[item] ?? NaN;
  }
  return undefined;
}

function showDetail(kernel: number): void {
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

function pictureOf(item: number): Picture {
  return kernelPicture(view, item, rangeOf(item));
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
