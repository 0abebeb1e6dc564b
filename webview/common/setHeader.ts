/** Which index of photos a panel shows: chosen in its header; where there is none, ways to come to one. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client, RequestMap } from '../../src/protocol/channel.js';
import type { EveryPanelEvents } from '../../src/protocol/everyPanel.js';
import type { IndexesView, IndexView } from '../../src/protocol/indexView.js';
import type { SetPanelRequests } from '../../src/protocol/setPanel.js';
import { element, icon } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';
import type { Host } from './host.js';
import { Popup } from './popup.js';
import { countText, setText } from './setTexts.js';

export type SetClient = Client<SetPanelRequests, EveryPanelEvents>;

/** The client of a panel about photo sets, for what such panels share. */
export function setClientOf<R extends RequestMap<R> & SetPanelRequests, S>({
  client,
}: Host<R, S>): SetClient {
  // The shared requests are among the panel's own.
  return client as unknown as SetClient;
}

export class SetHeader {
  private readonly face = element('span', { class: 'name' });
  private readonly list = element('ul', { class: 'index-list' });
  private readonly popup: Popup;
  /** The chosen index's name on a button, which opens the list of all. */
  readonly element: HTMLElement;
  /** What the panel shows where no index can be shown. */
  readonly offer: HTMLElement;
  private readonly problems = element('ul', { class: 'index-problems' });

  constructor(
    private readonly client: SetClient,
    private readonly errors: ErrorLine,
  ) {
    this.popup = new Popup({
      kind: 'index',
      label: l10n('Indexes of photos'),
      face: [icon('library'), this.face],
      content: [this.list, this.buttons(true)],
      focused: () =>
        this.list.querySelector('button[aria-pressed="true"]') ?? this.list.querySelector('button'),
    });
    this.element = element(
      'div',
      { class: 'control', hidden: true },
      element('span', { 'aria-hidden': 'true' }, l10n('Photos')),
      this.popup.button,
      this.popup.element,
    );
    this.offer = element(
      'div',
      { class: 'index-offer' },
      element(
        'p',
        {},
        l10n(
          'An index says how the network answers each photo of a folder. It is made once, in the background.',
        ),
      ),
      this.problems,
      this.buttons(false),
    );
  }

  update({ indexes, chosen }: IndexesView): void {
    const shown = indexes.find(({ store }) => store === chosen);
    this.element.hidden = shown === undefined;
    this.face.textContent = shown === undefined ? '' : setText(shown, l10n);
    this.popup.button.setAttribute('aria-label', `${l10n('Photos')}: ${this.face.textContent}`);
    this.list.replaceChildren(...indexes.map((index) => this.row(index, index.store === chosen)));
    this.problems.replaceChildren(
      ...indexes.flatMap(({ set, problem }) =>
        problem === null ? [] : [element('li', {}, icon('warning'), `${set}: ${problem}`)],
      ),
    );
  }

  private row(index: IndexView, isChosen: boolean): HTMLElement {
    const choose = (): void => {
      this.popup.close();
      this.ask(this.client.request('chooseIndex', { store: index.store }));
    };
    return element(
      'li',
      {},
      element(
        'button',
        {
          type: 'button',
          'aria-pressed': String(isChosen),
          disabled: index.problem !== null,
          title: index.store,
          onclick: choose,
        },
        icon(isChosen ? 'check' : 'blank'),
        element('span', { class: 'name' }, index.set),
        element('span', { class: 'muted' }, index.problem ?? countText(index, l10n)),
      ),
    );
  }

  private buttons(isBesideOthers: boolean): HTMLElement {
    const ask = (method: 'indexPhotos' | 'openIndex') => (): void => {
      if (isBesideOthers) {
        this.popup.close();
      }
      this.ask(this.client.request(method, null));
    };
    return element(
      'div',
      { class: 'buttons' },
      element(
        'vscode-button',
        { secondary: isBesideOthers, onclick: ask('indexPhotos') },
        l10n('Index a Folder of Photos…'),
      ),
      element('vscode-button', { secondary: true, onclick: ask('openIndex') }, l10n('Open Index…')),
    );
  }

  private ask(answer: Promise<unknown>): void {
    answer.catch((error: unknown) => {
      this.errors.show(error);
    });
  }
}
