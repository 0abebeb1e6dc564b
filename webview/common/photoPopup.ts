/** A button that opens a list of the photos below it, with a way to add more. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import { element, icon } from './dom.js';
import { l10n } from './host.js';

/** Least distance to the page's edges in CSS pixels. */
const MARGIN = 8;
const GAP = 2;

export interface PhotoPopupOptions {
  /** What the popup is, for a screen reader. */
  readonly label: string;
  /** What stands on the button. */
  readonly face: readonly HTMLElement[];
  readonly list: HTMLElement;
  /** Buttons beside the one that adds photos. */
  readonly buttons?: readonly HTMLElement[];
  /** The popup opens: fills the list. */
  onOpen?(): void;
  /** What gets the focus once it is open. */
  focused(): HTMLElement | null;
}

export class PhotoPopup {
  readonly button: HTMLButtonElement;
  readonly element: HTMLElement;

  constructor(
    client: Client<EveryPanelRequests, EveryPanelEvents>,
    private readonly options: PhotoPopupOptions,
  ) {
    const add = (): void => {
      this.close();
      void client.request('addPhotos', null);
    };
    this.button = element(
      'button',
      {
        type: 'button',
        class: 'photo-button',
        'aria-haspopup': 'dialog',
        onclick: () => {
          this.open();
        },
      },
      ...options.face,
      icon('chevron-down'),
    );
    this.element = element(
      'div',
      {
        class: 'photo-popup',
        popover: 'auto',
        role: 'dialog',
        'aria-label': options.label,
        ontoggle: (event) => {
          if ((event as ToggleEvent).newState === 'closed') {
            this.button.focus();
          }
        },
      },
      options.list,
      element(
        'div',
        { class: 'buttons' },
        ...(options.buttons ?? []),
        element('vscode-button', { icon: 'add', secondary: true, onclick: add }, l10n('Add Photos…')),
      ),
    );
  }

  get isOpen(): boolean {
    return this.element.matches(':popover-open');
  }

  close(): void {
    this.element.hidePopover();
  }

  private open(): void {
    this.options.onOpen?.();
    const { left, bottom } = this.button.getBoundingClientRect();
    this.element.showPopover();
    const most = document.documentElement.clientWidth - this.element.offsetWidth - MARGIN;
    this.element.style.left = `${Math.max(MARGIN, Math.min(left, most))}px`;
    this.element.style.top = `${bottom + GAP}px`;
    this.options.focused()?.focus();
  }
}
