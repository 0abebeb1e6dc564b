/** What went wrong, where a screen reader announces it. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import { ChannelClosedError } from '../../src/protocol/channel.js';
import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import { element, icon } from './dom.js';
import { l10n } from './host.js';

export class ErrorLine {
  readonly element = element('div', { class: 'error', role: 'alert', hidden: true });

  constructor(private readonly client: Client<EveryPanelRequests, EveryPanelEvents>) {}

  /** Shows an error; one that only says that somebody cancelled is none. */
  show(error: unknown): void {
    if (error instanceof ChannelClosedError) {
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    const showLog = (): void => void this.client.request('showLog', null);
    this.element.replaceChildren(
      icon('error'),
      element('span', { class: 'message' }, message),
      element('vscode-button', { secondary: true, onclick: showLog }, l10n('Show Log')),
    );
    this.element.hidden = false;
  }

  clear(): void {
    this.element.replaceChildren();
    this.element.hidden = true;
  }
}
