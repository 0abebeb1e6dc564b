/** What is asked of whom: the photos, further models, the crops, changed photos. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { EvaluationChoice } from '../../../src/protocol/panels/evaluation.js';
import { checkbox, select } from '../../common/controls.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { Popup } from '../../common/popup.js';
import type { EvaluationState } from './state.js';

export interface ChoiceActions {
  choose(changes: Partial<EvaluationChoice>): void;
  /** Asks for photos that are not in the list yet. */
  add(kind: 'folder' | 'file'): void;
  run(): void;
}

export class ChoiceBar {
  private readonly set;
  private readonly crops;
  private readonly robustness;
  private readonly face = element('span', { class: 'name' });
  private readonly list = element('ul', { class: 'model-list' });
  private readonly none = element('p', { class: 'muted' }, l10n('No other model is in this workspace.'));
  private readonly run: HTMLElement;
  readonly element: HTMLElement;
  /** What the panel shows where no photo set is known. */
  readonly offer: HTMLElement;

  constructor(
    private readonly state: EvaluationState,
    private readonly actions: ChoiceActions,
  ) {
    this.set = select<string>(l10n('Photos'), [], '', (set) => {
      actions.choose({ set });
    });
    this.crops = select<'1' | '10'>(
      l10n('Crops'),
      [
        { value: '1', label: l10n('one') },
        { value: '10', label: l10n('ten, averaged') },
      ],
      '1',
      (crops) => {
        actions.choose({ crops: crops === '10' ? 10 : 1 });
      },
    );
    this.robustness = checkbox(l10n('Mirrored and in another light, too'), false, (robustness) => {
      actions.choose({ robustness });
    });
    const models = new Popup({
      kind: 'models',
      label: l10n('Models averaged with this one'),
      face: [icon('combine'), this.face],
      content: [element('h2', {}, l10n('Models averaged with this one')), this.list, this.none],
      focused: () => this.list.querySelector('input'),
    });
    this.run = element(
      'vscode-button',
      {
        onclick: () => {
          actions.run();
        },
      },
      l10n('Evaluate'),
    );
    this.element = element(
      'div',
      { class: 'toolbar choice' },
      this.set.element,
      this.adding('folder', 'new-folder', l10n('Add a folder of photos')),
      this.adding('file', 'file-zip', l10n('Add a zip or a list of photos')),
      element('div', { class: 'control' }, models.button, models.element),
      this.crops.element,
      this.robustness.element,
      this.run,
    );
    const buttons = [
      element(
        'vscode-button',
        {
          onclick: () => {
            actions.add('folder');
          },
        },
        l10n('Add a Folder of Photos…'),
      ),
      element(
        'vscode-button',
        {
          secondary: true,
          onclick: () => {
            actions.add('file');
          },
        },
        l10n('Add a Zip or a List…'),
      ),
    ];
    this.offer = element(
      'div',
      { class: 'set-offer' },
      element(
        'p',
        {},
        l10n(
          'How often is the network wrong, and about which photos? That takes labelled photos: a folder whose subfolders are classes, a zip of such folders, or a CSV of path and label.',
        ),
      ),
      element('div', { class: 'buttons' }, ...buttons),
    );
  }

  update(isRunning: boolean): void {
    const { offer, choice, view } = this.state;
    this.element.hidden = choice === undefined;
    this.offer.hidden = choice !== undefined;
    if (choice === undefined) {
      return;
    }
    this.set.setChoices(
      offer.sets.map(({ root, name }) => ({ value: root, label: name, description: root })),
      choice.set,
    );
    this.crops.value = choice.crops === 10 ? '10' : '1';
    this.robustness.isOn = choice.robustness;
    this.face.textContent =
      choice.models.length === 0 ? l10n('This model') : l10n('This model and {0} more', choice.models.length);
    this.none.hidden = offer.models.length > 0;
    this.list.replaceChildren(...offer.models.map(({ uri, name }) => this.row(uri, name, choice)));
    this.run.hidden = isRunning || view !== undefined;
  }

  private adding(kind: 'folder' | 'file', iconName: string, label: string): HTMLElement {
    return element('vscode-toolbar-button', {
      icon: iconName,
      label,
      title: label,
      onclick: () => {
        this.actions.add(kind);
      },
    });
  }

  private row(uri: string, name: string, { models }: EvaluationChoice): HTMLElement {
    const box = element('input', { type: 'checkbox' });
    box.checked = models.includes(uri);
    box.addEventListener('change', () => {
      const { choice } = this.state;
      const rest = (choice?.models ?? []).filter((each) => each !== uri);
      this.actions.choose({ models: box.checked ? [...rest, uri] : rest });
    });
    return element(
      'li',
      {},
      element('label', {}, box, element('span', { class: 'name', title: name }, name)),
    );
  }
}
