/** What is known of the classes: what their scores are, and their names, which can be confirmed or chosen. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { ModelView } from '../../src/protocol/view.js';
import { element } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';

export class ClassesLine {
  private readonly scores = element('span', {});
  private readonly names = element('span', {});
  private readonly confirm: HTMLElement;
  readonly element: HTMLElement;

  constructor(client: Client<EveryPanelRequests, EveryPanelEvents>, errors: ErrorLine) {
    const ask = (method: 'chooseClassNames' | 'confirmClassNames') => (): void => {
      client.request(method, null).catch((error: unknown) => {
        errors.show(error);
      });
    };
    this.confirm = element(
      'vscode-button',
      {
        title: l10n('The classes are ImageNet’s: keep their names beside the model'),
        onclick: ask('confirmClassNames'),
      },
      l10n('Confirm Names'),
    );
    const choose = element(
      'vscode-button',
      { secondary: true, onclick: ask('chooseClassNames') },
      l10n('Choose Class Names…'),
    );
    this.element = element(
      'div',
      { class: 'classes-line', hidden: true },
      this.scores,
      this.names,
      this.confirm,
      choose,
    );
  }

  update({ classes, scores, labelsSource, labelsAssumed }: ModelView): void {
    this.element.hidden = classes === 0;
    this.scores.textContent = l10n('Class scores: {0}', scores);
    this.names.textContent = l10n('Class names: {0}', labelsSource);
    this.confirm.hidden = !labelsAssumed;
  }
}
