/** How often models are wrong about the photos of a set, and about which. */

import type { EvaluationChoice, EvaluationRequests } from '../../../src/protocol/panels/evaluation.js';
import { pathOfUri } from '../../../src/protocol/commandText.js';
import { ClassesLine } from '../../common/classesLine.js';
import { fileWords } from '../../common/commandLine.js';
import { connect, l10n } from '../../common/host.js';
import { startPanel } from '../../common/panel.js';
import { ChoiceBar } from './choiceBar.js';
import { exportBar } from './exporting.js';
import { PhotoCards } from './photoCards.js';
import { ProgressLine } from './progressLine.js';
import { commandWords, EvaluationState } from './state.js';
import type { Kept } from './state.js';
import { ResultsView } from './view.js';

/** Photos that are fetched at once. */
const PAGE = 48;

const host = connect<EvaluationRequests, Kept>();
const { client, common, state: kept } = host;
const state = new EvaluationState(kept.get());
/** The look at an evaluation; another one takes its place. */
let looking = new AbortController();

const panel = startPanel(host, {
  hasPhoto: false,
  loading: () => l10n('Looking for evaluations'),
  command: (shown) => {
    const [file = ''] = fileWords(shown.model);
    return state.choice === undefined ? [] : commandWords(state.choice, file, pathOfUri);
  },
  load: async ({ model }, signal) => {
    state.offer = await client.request('evaluationOffer', null, { signal });
    classes.update(model);
    await firstNews(false);
  },
});

const choice = new ChoiceBar(state, {
  choose: (changes) => {
    state.choose(changes);
    kept.update(state.choice ?? {});
    panel.tellCommand();
    void firstNews(false);
  },
  add: (kind) => {
    void add(kind).catch(tell);
  },
  run: () => {
    void firstNews(true);
  },
});
const classes = new ClassesLine(common, panel.errors);
const progress = new ProgressLine((action) => {
  void client.request('controlEvaluation', { action }).catch(tell);
});
const cards = new PhotoCards({
  thumbnail: (path, side) => client.request('evaluatedThumbnail', { set: setOf(), path, side }),
  open: (path, name) => {
    void client.request('openEvaluatedPhoto', { set: setOf(), path, panel: name }).catch(tell);
  },
  more: () => {
    void fetchPhotos(state.photos.photos.length).catch(tell);
  },
});
const results: ResultsView = new ResultsView(
  state,
  {
    look: (row) => {
      state.look(row);
      results.draw();
      void fetchPhotos(0).catch(tell);
    },
    filter: (filter) => {
      state.filter = filter;
      results.drawChoice();
      void fetchPhotos(0).catch(tell);
    },
    order: (order) => {
      state.order = order;
      kept.update({ order });
      results.drawChoice();
    },
  },
  cards,
  exportBar(async (form) => {
    try {
      return await client.request('exportEvaluation', { form });
    } catch (error) {
      tell(error);
      return false;
    }
  }),
);

panel.content.append(choice.element, choice.offer, classes.element, progress.element, results.element);

function setOf(): string {
  return state.choice?.set ?? '';
}

function tell(error: unknown): void {
  panel.errors.show(error);
}

function draw(): void {
  choice.update(state.progress !== undefined);
  progress.show(state.progress);
  results.draw();
}

/**
 * Looks for the evaluation of what is chosen, or starts it.
 * @returns once something is known of it: that it is there, that there is none, or that it is on its way
 */
async function firstNews(start: boolean): Promise<void> {
  looking.abort();
  const look = new AbortController();
  looking = look;
  panel.errors.clear();
  state.begin();
  cards.forget();
  cards.show([], 0, []);
  draw();
  const chosen = state.choice;
  if (chosen === undefined) {
    return;
  }
  await new Promise<void>((told) => {
    void follow(chosen, start, look.signal, told).finally(told);
  });
}

async function follow(
  chosen: EvaluationChoice,
  start: boolean,
  signal: AbortSignal,
  told: () => void,
): Promise<void> {
  try {
    const onPartial = (news: NonNullable<typeof state.progress>): void => {
      if (!signal.aborted) {
        state.progress = news;
        choice.update(true);
        progress.show(news);
        told();
      }
    };
    const view = await client.request('evaluation', { choice: chosen, start }, { signal, onPartial });
    if (!signal.aborted) {
      state.show(view ?? undefined);
      draw();
      await fetchPhotos(0);
    }
  } catch (error) {
    if (!signal.aborted) {
      state.show(undefined);
      draw();
      tell(error);
    }
  }
}

/** Fetches photos of the filter from a place on; what is since looked at instead counts. */
async function fetchPhotos(from: number): Promise<void> {
  const { filter, rowNumber: row, view } = state;
  if (view === undefined) {
    return;
  }
  const { total, photos } = await client.request('evaluatedPhotos', { row, filter, from, count: PAGE });
  if (state.view === view && state.filter === filter && state.rowNumber === row) {
    state.photos = { total, photos: [...state.photos.photos.slice(0, from), ...photos] };
    cards.show(state.photos.photos, total, view.names);
    results.drawFilters();
  }
}

async function add(kind: 'folder' | 'file'): Promise<void> {
  const set = await client.request('addEvaluationSet', { kind });
  if (set !== null) {
    state.offer = await client.request('evaluationOffer', null);
    state.choose({ set });
    kept.update(state.choice ?? {});
    panel.tellCommand();
    await firstNews(false);
  }
}
