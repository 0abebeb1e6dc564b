/** Checkpoints of a network as a time line: how its features form. (Zeiler & Fergus 2013, section 4.1 and figure 4.) */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { EvolutionNews, EvolutionRequests } from '../../../src/protocol/panels/evolution.js';
import { element } from '../../common/dom.js';
import { fileBar } from '../../common/fileBar.js';
import { inNextFrame } from '../../common/frame.js';
import { connect, l10n } from '../../common/host.js';
import { startPanel } from '../../common/panel.js';
import { ChoiceBar } from './choices.js';
import { Curves } from './curves.js';
import { Moment } from './moment.js';
import { EvolutionState } from './state.js';
import type { Kept } from './state.js';
import { TimeLine } from './timeLine.js';
import { Wall } from './wall.js';

const host = connect<EvolutionRequests, Kept>();
const { client, state: kept } = host;
const state = new EvolutionState(kept.get());

const panel = startPanel(host, {
  hasPhoto: false,
  loading: () => l10n('Going over the checkpoints'),
  command: () => state.command,
  load: async ({ model }, signal, report) => {
    state.offer = await client.request('evolutionOffer', null, { signal });
    state.begin();
    const { problem, leftOut } = state.offer;
    offer.hidden = problem === null;
    found.textContent = problem ?? '';
    shown.hidden = problem !== null;
    skipped.hidden = true;
    stopped.hidden = true;
    aside.hidden = leftOut.length === 0;
    aside.textContent = l10n('Left out, no .onnx: {0}', leftOut.join(', '));
    choices.update(model.layers);
    wall.rebuild();
    draw();
    if (problem !== null) {
      return;
    }
    panel.reveal();
    panel.tellCommand();
    const take = (news: EvolutionNews): void => {
      if (signal.aborted) {
        return;
      }
      if (news.kind === 'progress') {
        report(news.share, news.text);
        return;
      }
      state.take(news);
      if (news.kind === 'wall') {
        choices.update(model.layers);
        wall.rebuild();
      } else if (news.kind === 'tiles') {
        wall.draw(news.place);
      }
      draw();
    };
    try {
      const result = await client.request('evolution', state.choice, { signal, onPartial: take });
      skipped.hidden = result.skipped.length === 0;
      skipped.textContent = l10n(
        '{0} photos could not be used, such as {1}',
        result.skipped.length,
        result.skipped[0]?.path ?? '',
      );
    } catch (error) {
      // What has come stays, whoever or whatever stopped it.
      stopped.hidden = false;
      if (!signal.aborted) {
        panel.errors.show(error);
      }
    }
  },
});

/** Many parts may come before the page is drawn again. */
const draw = inNextFrame(() => {
  timeLine.update();
  moment.draw();
  curves.draw();
});

function look(place: number): void {
  state.look(place);
  kept.update({ place });
  timeLine.update();
  wall.choose();
  draw();
}

function tell(error: unknown): void {
  panel.errors.show(error);
}

async function add(kind: 'folder' | 'file'): Promise<void> {
  const set = await client.request('addEvolutionSet', { kind });
  if (set !== null) {
    // It is offered from the next look on.
    kept.update(state.choose({ set }));
    panel.reload();
  }
}

const choices = new ChoiceBar(
  state,
  {
    choose: (changes) => {
      kept.update(state.choose(changes));
      panel.reload();
    },
    add: (kind) => {
      add(kind).catch(tell);
    },
    refresh: () => {
      panel.reload();
    },
    openOther: () => {
      client.request('openCheckpoints', null).catch(tell);
    },
  },
  fileBar(panel.errors, l10n('time line'), ['png', 'csv'], (form) =>
    client.request('saveEvolution', { form }),
  ),
);
const timeLine = new TimeLine(state, look, (place) => {
  client.request('openCheckpoint', { place }).catch(tell);
});
const wall = new Wall(state, look);
const moment = new Moment(state);
const curves = new Curves(state);
const aside = element('p', { class: 'summary', hidden: true });
const skipped = element('p', { class: 'summary', hidden: true });
const stopped = element(
  'div',
  { class: 'stopped', role: 'status', hidden: true },
  l10n('Stopped early: what has come so far is shown.'),
  element('vscode-button', { secondary: true, onclick: panel.reload }, l10n('Run Again')),
);
const found = element('p');
const offer = element(
  'div',
  { class: 'checkpoint-offer', hidden: true },
  found,
  element(
    'vscode-button',
    {
      onclick: () => {
        client.request('openCheckpoints', null).catch(tell);
      },
    },
    l10n('Open Checkpoints…'),
  ),
);
const shown = element(
  'div',
  { class: 'time' },
  choices.element,
  timeLine.element,
  stopped,
  moment.element,
  wall.element,
  curves.element,
  aside,
  skipped,
);
panel.content.append(offer, shown);
