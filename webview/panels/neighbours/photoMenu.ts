/** What can be done with a photo: a menu at the place where it was clicked. */

import type { PanelName } from '../../../src/protocol/panels/registry.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';

export interface PhotoMenuActions {
  /** Asks for the neighbours of the photo with this number. */
  ask(photo: number): void;
  open(photo: number, panel: PanelName): void;
}

const MARGIN = 8;

export class PhotoMenu {
  private readonly title = element('div', { class: 'name' });
  private readonly items: readonly HTMLButtonElement[];
  readonly element: HTMLElement;
  private photo = -1;
  private from: HTMLElement | undefined;

  constructor({ ask, open }: PhotoMenuActions) {
    const item = (iconName: string, text: string, act: () => void): HTMLButtonElement =>
      element(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          onclick: () => {
            this.element.hidePopover();
            act();
          },
        },
        icon(iconName),
        text,
      );
    const opener = (iconName: string, text: string, panel: PanelName): HTMLButtonElement =>
      item(iconName, text, () => {
        open(this.photo, panel);
      });
    this.items = [
      item('search', l10n('Neighbours of This Photo'), () => {
        ask(this.photo);
      }),
      opener('graph', l10n('Show Predictions'), 'predictions'),
      opener('layers', l10n('Show Feature Maps'), 'featureMaps'),
      opener('target', l10n('Show Projection'), 'projection'),
      opener('inspect', l10n('Show Occlusion'), 'occlusion'),
    ];
    this.element = element(
      'div',
      {
        class: 'popup photo-menu',
        popover: 'auto',
        onkeydown: (event) => {
          this.onKey(event as KeyboardEvent);
        },
        ontoggle: (event) => {
          if ((event as ToggleEvent).newState === 'closed') {
            this.from?.focus();
          }
        },
      },
      this.title,
      element('div', { role: 'menu', 'aria-label': l10n('What to do with the photo') }, ...this.items),
    );
  }

  /** @param at in CSS pixels of the page @param from what has the focus again afterwards */
  show(photo: number, name: string, at: { readonly x: number; readonly y: number }, from: HTMLElement): void {
    this.photo = photo;
    this.from = from;
    this.title.textContent = name;
    this.title.title = name;
    this.element.showPopover();
    const { offsetWidth, offsetHeight } = this.element;
    this.element.style.left = `${Math.max(MARGIN, Math.min(at.x, innerWidth - offsetWidth - MARGIN))}px`;
    this.element.style.top = `${Math.max(MARGIN, Math.min(at.y, innerHeight - offsetHeight - MARGIN))}px`;
    this.items[0]?.focus();
  }

  private onKey(event: KeyboardEvent): void {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0) {
      event.preventDefault();
      const at = this.items.findIndex((item) => item === document.activeElement);
      this.items.at((at + by) % this.items.length)?.focus();
    }
  }
}
