/** What another function in the layer's place does to its outputs and to the prediction: computed, with progress. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type {
  ActivationInfoView,
  ActivationSetting,
  ActivationSwapView,
} from '../../../src/protocol/panels/activations.js';
import type { Busy } from '../../common/busy.js';
import { select } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { factRow, factsTable, headRow, statisticsRows } from '../../common/factsTable.js';
import { l10n } from '../../common/host.js';
import { percent } from '../../common/numbers.js';
import { settingText } from './propertyTable.js';

export interface SwapOptions {
  readonly busy: Busy;
  /** The function with the parameters that its sliders say. */
  setting(id: string): ActivationSetting;
  run(choice: ActivationSetting, signal: AbortSignal): Promise<ActivationSwapView>;
}

export class Swap {
  private readonly choice;
  private readonly result = element('div', { class: 'result', 'aria-live': 'polite' });
  private infos: readonly ActivationInfoView[] = [];
  readonly element: HTMLElement;

  constructor(private readonly options: SwapOptions) {
    this.choice = select<string>(l10n('In its place'), [], '', () => {
      this.clear();
    });
    const run = (): void => void this.run();
    this.element = element(
      'section',
      { class: 'swap', 'aria-label': l10n('Another function in the layer’s place') },
      element('h2', {}, l10n('Another function in its place')),
      element(
        'div',
        { class: 'toolbar' },
        this.choice.element,
        element('vscode-button', { icon: 'play', onclick: run }, l10n('Run the Network')),
      ),
      element(
        'p',
        { class: 'muted' },
        l10n(
          'All weights stay as they are: this is what the trained network would say, not what it would learn.',
        ),
      ),
      this.result,
    );
  }

  /** The function that was chosen here; undefined before there was a list. */
  get chosen(): string | undefined {
    return this.infos.length === 0 ? undefined : this.choice.value;
  }

  setFunctions(infos: readonly ActivationInfoView[], chosen: string): void {
    this.infos = infos;
    this.choice.setChoices(
      infos.map(({ id, name }) => ({ value: id, label: name })),
      chosen,
    );
  }

  /** Takes away a result that no longer holds. */
  clear(): void {
    this.result.replaceChildren();
  }

  private async run(): Promise<void> {
    const choice = this.options.setting(this.choice.value);
    const info = this.infos.find(({ id }) => id === choice.id);
    if (info === undefined) {
      return;
    }
    const name = settingText(info, choice.parameters);
    const found = await this.options.busy.run(l10n('Running the network with {0}', name), (signal) =>
      this.options.run(choice, signal),
    );
    if (found !== undefined) {
      this.result.replaceChildren(...tables(found, name));
    }
  }
}

function tables({ before, after, change, classes }: ActivationSwapView, name: string): HTMLElement[] {
  const heads = [l10n('as it is'), name] as const;
  const byBefore = [...classes].sort((a, b) => b.before - a.before);
  return [
    element(
      'p',
      {},
      l10n('The layer’s outputs change by {0} of their size (root mean square).', percent(change)),
    ),
    element(
      'div',
      { class: 'tables' },
      factsTable(headRow(l10n('outputs of the layer'), ...heads), ...statisticsRows(before, after)),
      classes.length > 0 &&
        factsTable(
          headRow(l10n('probability'), ...heads),
          ...byBefore.map(({ index, label, before: own, after: other }) =>
            factRow(label === '' ? String(index) : label, percent(own), percent(other)),
          ),
        ),
    ),
  ];
}
