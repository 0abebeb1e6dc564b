/** An evaluation that is on its way: how far it is, the errors so far, and ways to hold and end it. */

import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';

import type { EvaluationProgress } from '../../../src/protocol/panels/evaluation.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { SortableTable } from './sortableTable.js';
import { errorColumns } from './errorColumns.js';

export class ProgressLine {
  private readonly text = element('span', { class: 'text' });
  private readonly bar = element('vscode-progress-bar', { label: l10n('Evaluation') });
  private readonly hold: HTMLElement;
  private readonly soFar = new SortableTable({ caption: l10n('Errors so far'), columns: errorColumns() });
  private readonly title = element('h2', {}, l10n('Errors so far'));
  readonly element: HTMLElement;
  private isHeld = false;

  constructor(control: (action: 'pause' | 'resume' | 'cancel') => void) {
    this.hold = element(
      'vscode-button',
      {
        secondary: true,
        onclick: () => {
          control(this.isHeld ? 'resume' : 'pause');
        },
      },
      l10n('Pause'),
    );
    this.element = element(
      'section',
      { class: 'progress', hidden: true, 'aria-label': l10n('Progress') },
      element(
        'div',
        { class: 'running' },
        this.text,
        this.bar,
        this.hold,
        element(
          'vscode-button',
          {
            secondary: true,
            onclick: () => {
              control('cancel');
            },
          },
          l10n('Cancel'),
        ),
      ),
      this.title,
      this.soFar.element,
    );
  }

  show(progress: EvaluationProgress | undefined): void {
    this.element.hidden = progress === undefined;
    if (progress === undefined) {
      return;
    }
    const { state, text, share, rows } = progress;
    this.isHeld = state === 'paused';
    this.text.textContent = text;
    this.bar.value = share * 100;
    this.hold.textContent = this.isHeld ? l10n('Resume') : l10n('Pause');
    this.title.hidden = rows.length === 0;
    this.soFar.element.hidden = rows.length === 0;
    this.soFar.show(rows);
  }
}
