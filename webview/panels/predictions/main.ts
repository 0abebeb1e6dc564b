/** What the network takes the photos for: the photos side by side with their five likeliest classes. */

import type { Numbers } from '../../../src/protocol/everyPanel.js';
import type { PredictionsRequests } from '../../../src/protocol/panels/predictions.js';
import type { ModelView, PhotoView } from '../../../src/protocol/view.js';
import { fileWords } from '../../common/commandLine.js';
import { checkbox } from '../../common/controls.js';
import { ClassesLine } from '../../common/classesLine.js';
import { element, icon } from '../../common/dom.js';
import { connect, l10n } from '../../common/host.js';
import { startPanel } from '../../common/panel.js';
import { saveBar } from '../../common/save.js';
import { predictionCard, TOP } from './card.js';
import type { Answer, Card } from './card.js';
import { figure } from './figure.js';
import { PhotoChoice } from './photoChoice.js';
import { photosToShow } from './photosToShow.js';
import { probabilityTable } from './probabilityTable.js';

interface State {
  /** The photos shown; left out until the user chose some. */
  readonly photos: readonly string[];
  readonly hasTenCrops: boolean;
}

const host = connect<PredictionsRequests, State>();
const { client, common, state } = host;

let cards: readonly Card[] = [];
let answers = new Map<string, Answer>();
/** What the answers hold for. */
let answered: { readonly model: ModelView | undefined; readonly how: string } = { model: undefined, how: '' };

const panel = startPanel(host, {
  hasPhoto: true,
  hasPhotoPicker: false,
  dependsOn: ({ photos, photo }) => [
    photos.length,
    photosToShow(photos, photo, state.get().photos),
    tenCrops.isOn,
  ],
  loading: ({ model }) => l10n('Asking {0}', model.name),
  command: ({ model, selection }) => {
    const photos = photosToShow(selection.photos, selection.photo, state.get().photos);
    return ['unpool', 'predict', ...fileWords(model, ...photos), ...(tenCrops.isOn ? ['--crops', '10'] : [])];
  },
  load: async ({ model, selection }, signal, report) => {
    const photos = photosToShow(selection.photos, selection.photo, state.get().photos);
    choice.update(selection.photos, photos);
    classes.update(model);
    forgetWhere(model, JSON.stringify([selection.preprocessing, tenCrops.isOn]));
    for (const [place, photo] of photos.entries()) {
      report(place / photos.length, l10n('Asking {0} what {1} shows', model.name, photo.name));
      if (!answers.has(photo.id)) {
        answers.set(photo.id, await ask(photo, model, signal));
      }
    }
    show(photos, selection.photo);
  },
});

const tenCrops = checkbox(l10n('Mean of ten crops'), state.get().hasTenCrops ?? false, (hasTenCrops) => {
  state.update({ hasTenCrops });
  panel.reload();
});
const choice = new PhotoChoice(common, (photos) => {
  state.update({ photos });
  panel.reload();
});
const classes = new ClassesLine(common, panel.errors);
const untrained = element(
  'p',
  { class: 'untrained', role: 'status', hidden: true },
  icon('info'),
  l10n('The answers are nearly as even as chance: the weights look untrained.'),
);
const list = element('ul', { class: 'cards', 'aria-label': l10n('Photos and what they show') });

panel.content.append(
  element(
    'div',
    { class: 'toolbar' },
    choice.element,
    tenCrops.element,
    saveBar(common, panel.errors, {
      label: l10n('all photos shown'),
      name: () => `${panel.shown()?.model.name.replace(/\.onnx$/, '') ?? ''}-predictions`,
      picture: () => figure(cards, list.clientWidth),
      numbers: allProbabilities,
    }),
  ),
  classes.element,
  untrained,
  list,
);

/** Drops the answers that were given by another model, or to other crops. */
function forgetWhere(model: ModelView, how: string): void {
  if (answered.model !== model || answered.how !== how) {
    answered = { model, how };
    answers = new Map();
  }
}

/** One photo that cannot be read does not keep the others from being shown. */
async function ask(photo: PhotoView, { classes }: ModelView, signal: AbortSignal): Promise<Answer> {
  const crops = tenCrops.isOn ? 10 : 1;
  try {
    // All classes: their probabilities can be saved.
    const params = { photos: [photo.id], crops, top: Math.max(TOP, classes) } as const;
    const [answer] = await client.request('predict', params, { signal });
    return answer ?? { problem: l10n('No answer came.') };
  } catch (error) {
    if (signal.aborted || classes === 0) {
      throw error;
    }
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function show(photos: readonly PhotoView[], selected: string | null): void {
  cards.forEach((card) => {
    card.dispose();
  });
  cards = photos.map((photo) =>
    predictionCard(photo, answers.get(photo.id) ?? { problem: l10n('No answer came.') }, {
      select: ({ id }) => void client.request('selectPhoto', { photo: id }),
      occlude: ({ id }) => {
        void client
          .request('selectPhoto', { photo: id })
          .then(() => client.request('openPanel', { panel: 'occlusion' }));
      },
    }),
  );
  const given = [...answers.values()].flatMap((answer) => ('problem' in answer ? [] : [answer]));
  untrained.hidden = given.length === 0 || !given.every(({ looksUntrained }) => looksUntrained);
  list.replaceChildren(...cards.map((card) => card.element));
  for (const card of cards) {
    card.mark(card.photo.id === selected);
    card.draw();
  }
}

/** [photos, classes]: the rows are the photos shown, in their order. */
function allProbabilities(): Numbers {
  const rows = cards.flatMap(({ photo }) => {
    const answer = answers.get(photo.id);
    return answer === undefined || 'problem' in answer ? [] : [answer.top];
  });
  return probabilityTable(rows);
}
