/** Choosing the photos that stand side by side. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client } from '../../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../../src/protocol/everyPanel.js';
import type { PhotoView } from '../../../src/protocol/view.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { PhotoPopup } from '../../common/photoPopup.js';
import { Thumbnails } from '../../common/thumbnails.js';
import { MOST_SHOWN } from './photosToShow.js';

const SIDE = 32;

/** A button that says how many photos are shown and opens the list of all, with a box to tick for each. */
export class PhotoChoice {
  private readonly count = element('span', { class: 'name' });
  private readonly list = element('ul', { class: 'photo-list' });
  private readonly popup: PhotoPopup;
  private readonly thumbnails: Thumbnails;
  /** Draws a thumbnail once its row is in sight: there may be thousands of photos. */
  private readonly inSight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const canvas = target.querySelector('canvas');
      const photo = target instanceof HTMLElement ? target.dataset['photo'] : undefined;
      if (isIntersecting && canvas !== null && photo !== undefined) {
        this.inSight.unobserve(target);
        void this.thumbnails.draw(photo, canvas, SIDE);
      }
    }
  });
  readonly element: HTMLElement;
  private photos: readonly PhotoView[] = [];
  private shown: ReadonlySet<string> = new Set();

  /** @param onChoose gets the ids of the photos to show */
  constructor(
    client: Client<EveryPanelRequests, EveryPanelEvents>,
    private readonly onChoose: (photos: readonly string[]) => void,
  ) {
    this.thumbnails = new Thumbnails(client);
    const all = (): void => {
      this.choose(this.photos.slice(0, MOST_SHOWN).map(({ id }) => id));
    };
    const none = (): void => {
      this.choose([]);
    };
    this.popup = new PhotoPopup(client, {
      label: l10n('Photos side by side'),
      face: [icon('file-media'), this.count],
      list: this.list,
      buttons: [
        element('vscode-button', { secondary: true, onclick: all }, l10n('All')),
        element('vscode-button', { secondary: true, onclick: none }, l10n('Selected Photo Only')),
      ],
      onOpen: () => {
        this.fill();
      },
      focused: () => this.list.querySelector('input'),
    });
    this.element = element('div', { class: 'control' }, this.popup.button, this.popup.element);
  }

  update(photos: readonly PhotoView[], shown: readonly PhotoView[]): void {
    this.photos = photos;
    this.shown = new Set(shown.map(({ id }) => id));
    this.count.textContent = l10n('{0} of {1} photos', shown.length, photos.length);
    if (this.popup.isOpen) {
      this.fill();
    }
  }

  private fill(): void {
    const { scrollTop } = this.list;
    const focused = document.activeElement instanceof HTMLInputElement ? document.activeElement.value : '';
    this.inSight.disconnect();
    this.list.replaceChildren(...this.photos.map((photo) => this.row(photo)));
    this.list.scrollTop = scrollTop;
    this.list.querySelector<HTMLInputElement>(`input[value="${CSS.escape(focused)}"]`)?.focus();
  }

  private row({ id, name }: PhotoView): HTMLElement {
    const isShown = this.shown.has(id);
    const box = element('input', { type: 'checkbox', value: id });
    box.checked = isShown;
    box.disabled = !isShown && this.shown.size >= MOST_SHOWN;
    box.addEventListener('change', () => {
      const rest = [...this.shown].filter((each) => each !== id);
      this.choose(box.checked ? [...rest, id] : rest);
    });
    const row = element(
      'li',
      { 'data-photo': id },
      element(
        'label',
        {},
        box,
        element(
          'span',
          { class: 'thumbnail' },
          element('canvas', { 'aria-hidden': 'true', width: 1, height: 1 }),
        ),
        element('span', { class: 'name' }, name),
      ),
    );
    this.inSight.observe(row);
    return row;
  }

  private choose(photos: readonly string[]): void {
    this.onChoose(photos);
  }
}
