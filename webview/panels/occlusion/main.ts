/** Which part of the photo the answer hangs on: a square slides over the photo while the answer is watched. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import { ChannelClosedError } from '../../../src/protocol/channel.js';
import type { OcclusionRequests, OcclusionView } from '../../../src/protocol/panels/occlusion.js';
import { slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { inNextFrame } from '../../common/frame.js';
import { connect, l10n } from '../../common/host.js';
import { Latest } from '../../common/latest.js';
import { ClassesLine } from '../../common/classesLine.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import type { Saveable } from '../../common/save.js';
import { occlusionCommand } from './command.js';
import { Figures } from './figures.js';
import type { Place } from './geometry.js';
import { OcclusionState } from './state.js';
import type { SweepToken } from './state.js';
import { className, SweepControls } from './sweepControls.js';
import type { Sweep } from './sweepControls.js';
import { summaryOf } from './texts.js';

/** What is kept over a reload of the window. */
interface Kept {
  readonly sweep: Sweep;
  /** In percent. */
  readonly opacity: number;
  /** Where the user put the occluder; null for where it takes most of the class away. */
  readonly place: Place | null;
}

/** VS Code is told where the square is once it has stood still: each telling goes through the whole window. */
const KEEP_AFTER_MS = 300;

const host = connect<OcclusionRequests, Kept>();
const { client, common, state: kept } = host;
const saved = kept.get();
const state = new OcclusionState(saved.place);
let keeping: ReturnType<typeof setTimeout> | undefined;

const panel = startPanel(host, {
  hasPhoto: true,
  loading: (shown) => l10n('Sweeping a square over {0}', shown.photo?.name ?? ''),
  command: ({ model, photo }) => (photo === undefined ? [] : occlusionCommand(model, photo, controls.sweep)),
  load: async (shown, signal, report) => {
    const token = state.begin();
    const photo = shown.photo?.id ?? '';
    controls.prepare(shown.model);
    classes.update(shown.model);
    const { sweep } = controls;
    state.clear(await client.request('photo', { photo }, { signal }), sweep.size);
    start();
    panel.reveal();
    const show = (view: OcclusionView): void => {
      showSweep(view, photo, token);
      const positions = view.rows * view.columns;
      report(view.finished / positions, l10n('{0} of {1} positions', view.finished, positions));
    };
    try {
      show(await client.request('occlude', { ...sweep, photo }, { signal, onPartial: show }));
    } catch (error) {
      // What was computed stays, whoever or whatever stopped the sweep; a later sweep has its own.
      if (!state.isCurrent(token) || (state.view === undefined && !(error instanceof ChannelClosedError))) {
        throw error;
      }
      stopped.hidden = false;
      panel.errors.show(error);
    } finally {
      if (state.isCurrent(token) && state.end()) {
        occluderMoved();
      }
    }
  },
});

const controls = new SweepControls(saved.sweep ?? {}, (sweep) => {
  kept.update({ sweep });
  panel.reload();
});
const opacity = slider(
  l10n('Heatmap over photo'),
  { min: 0, max: 100, step: 5 },
  saved.opacity ?? 80,
  (value) => `${value} %`,
  (value) => {
    kept.update({ opacity: value });
    figures.point();
  },
);
const summary = element('div', { class: 'summary' });
const stopped = element(
  'div',
  { class: 'stopped', role: 'status', hidden: true },
  l10n('Stopped early. Missing positions show the nearest result.'),
  element('vscode-button', { secondary: true, onclick: panel.reload }, l10n('Run Again')),
);
const predictions = new Latest(
  async (at: Place, signal) => {
    const params = { ...controls.sweep, photo: panel.shown()?.photo?.id ?? '', ...at };
    return client.request('occludedPrediction', params, { signal });
  },
  (answer, at) => {
    figures.tell(answer, at);
  },
  (error) => {
    panel.errors.show(error);
  },
);
const figures = new Figures(state, {
  saving,
  fileName,
  nameOf,
  sweep: () => controls.sweep,
  opacity: () => opacity.value / 100,
  move: (to) => {
    if (state.move(to, controls.sweep.size)) {
      keepPlace();
      occluderMoved();
    }
  },
  openProjection: () => {
    if (state.view?.map) {
      const { layer, channel } = state.view.map;
      void client.request('openPanel', { panel: 'projection', layer, channel });
    }
  },
});

const classes = new ClassesLine(common, panel.errors);

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
      picture: () => figures.whole(),
      numbers: () => state.numbers,
    }),
  ),
  classes.element,
  summary,
  stopped,
  figures.element,
);

/** A sweep is on its way, and nothing of it is there yet. */
function start(): void {
  stopped.hidden = true;
  summary.textContent = '';
  predictions.cancel();
  figures.forgetAnswer();
  figures.drawProjection();
  figures.draw();
  askPrediction();
}

function showSweep(view: OcclusionView, photo: string, token: SweepToken): void {
  if (state.show(view)) {
    controls.tellPredicted(nameOf(view.classIndex));
    void showProjection(view, photo, token);
    // The sentence about the covered photo needs the class that is followed.
    askPrediction();
  }
  figures.draw();
  summary.textContent = summaryOf(view, nameOf(view.classIndex));
}

async function showProjection({ map }: OcclusionView, photo: string, token: SweepToken): Promise<void> {
  if (map === null) {
    return;
  }
  try {
    const { layer, channel } = map;
    const projection = await client.request('mapProjection', { photo, layer, channel });
    if (state.isCurrent(token)) {
      state.projection = projection;
      figures.drawProjection();
    }
  } catch (error) {
    if (state.isCurrent(token)) {
      panel.errors.show(error);
    }
  }
}

function occluderMoved(): void {
  // The network works on its answer while the page draws.
  askPrediction();
  drawPlace();
}

const drawPlace = inNextFrame(() => {
  figures.drawPlace();
});

function askPrediction(): void {
  if (state.place !== undefined) {
    predictions.ask(state.place);
  }
}

function keepPlace(): void {
  clearTimeout(keeping);
  keeping = setTimeout(() => {
    kept.update({ place: state.place ?? null });
  }, KEEP_AFTER_MS);
}

function saving(what: Saveable): HTMLElement {
  return saveBar(common, panel.errors, what);
}

function nameOf(classIndex: number): string {
  return classIndex < 0 ? l10n('the class') : className(panel.shown()?.model.labels ?? [], classIndex);
}

function fileName(): string {
  const { model, photo } = panel.shown() ?? {};
  const names = [model?.name, photo?.name].map((part) => part?.replace(/\.\w+$/, ''));
  return [...names, 'occlusion'].join('-');
}
