/** How a photo becomes the network's input: named on a chip, told below it, and changed in a form. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { ModelView, PreprocessingValues, PreprocessingView } from '../../src/protocol/view.js';
import { element, icon } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';
import { Popup } from './popup.js';
import { preprocessingForm } from './preprocessingForm.js';
import { chipText, steps, titleOf } from './preprocessingTexts.js';

export class PreprocessingChip {
  private readonly name = element('span', { class: 'name' });
  private readonly title = element('h2');
  private readonly source = element('p', { class: 'muted' });
  private readonly values = element('tbody');
  private readonly edit = element(
    'vscode-button',
    {
      onclick: () => {
        this.popup.close();
        this.openForm().catch(this.fail);
      },
    },
    l10n('Edit Preprocessing…'),
  );
  private readonly chooseSize = element(
    'vscode-button',
    {
      secondary: true,
      onclick: () => {
        this.popup.close();
        this.client.request('chooseImageSize', null).catch(this.fail);
      },
    },
    l10n('Choose Image Size…'),
  );
  private readonly popup = new Popup({
    kind: 'chip',
    label: l10n('Preprocessing'),
    face: [icon('settings'), this.name],
    content: [
      this.title,
      this.source,
      element('table', { class: 'facts' }, this.values),
      element('div', { class: 'buttons' }, this.edit, this.chooseSize),
    ],
    focused: () => this.edit,
  });
  /** The chip, with what it opens. */
  readonly element = element('div', { class: 'preprocessing' }, this.popup.button, this.popup.element);
  /** Where the form opens. */
  readonly formPlace = element('div', { class: 'preprocessing', hidden: true });
  private readonly fail = (error: unknown): void => {
    this.errors.show(error);
  };
  private present: PreprocessingView | undefined;

  constructor(
    private readonly client: Client<EveryPanelRequests, EveryPanelEvents>,
    private readonly errors: ErrorLine,
  ) {}

  update(preprocessing: PreprocessingView, model: ModelView): void {
    this.present = preprocessing;
    this.name.textContent = chipText(preprocessing, l10n);
    this.title.textContent = titleOf(preprocessing, l10n);
    this.source.textContent = preprocessing.source;
    this.values.replaceChildren(
      ...steps(preprocessing, model, l10n).map(([name, value]) =>
        element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value)),
      ),
    );
    this.chooseSize.hidden = !model.hasFreeSize;
  }

  private async openForm(): Promise<void> {
    if (this.present === undefined) {
      return;
    }
    const presets = await this.client.request('presets', null);
    const close = (): void => {
      this.formPlace.hidden = true;
      this.formPlace.replaceChildren();
      this.popup.button.focus();
    };
    const store = async (chosen: PreprocessingValues): Promise<void> => {
      await this.client.request('setPreprocessing', chosen);
      close();
    };
    const form = preprocessingForm(
      this.present,
      presets,
      (chosen) => {
        store(chosen).catch(this.fail);
      },
      close,
    );
    this.formPlace.replaceChildren(form);
    this.formPlace.hidden = false;
    form.querySelector('vscode-single-select')?.focus();
  }
}
