/** A button that opens a list of the photos below it, with a way to add more. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import { element } from './dom.js';
import { l10n } from './host.js';
import { Popup } from './popup.js';

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

export class PhotoPopup extends Popup {
  constructor(client: Client<EveryPanelRequests, EveryPanelEvents>, options: PhotoPopupOptions) {
    const add = (): void => {
      this.close();
      void client.request('addPhotos', null);
    };
    const buttons = element(
      'div',
      { class: 'buttons' },
      ...(options.buttons ?? []),
      element('vscode-button', { icon: 'add', secondary: true, onclick: add }, l10n('Add Photos…')),
    );
    super({ ...options, kind: 'photo', content: [options.list, buttons] });
  }
}
