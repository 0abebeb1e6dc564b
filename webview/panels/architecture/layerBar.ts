/** The selected layer: its numbers, and the ways to see what it does. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { PanelName } from '../../../src/protocol/panels/registry.js';
import { fieldText } from '../../../src/protocol/fieldText.js';
import { times } from '../../../src/protocol/times.js';
import type { LayerView, MergeView, ProblemView } from '../../../src/protocol/view.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { whole } from '../../common/counts.js';
import { mergesOf } from './merges.js';
import { mergeTitle } from './mergeTitle.js';

export class LayerBar {
  private readonly title = element('h2');
  private readonly facts = element('div', { class: 'muted numbers' });
  private readonly buttons = element('div', { class: 'buttons' });
  readonly element = element(
    'section',
    { class: 'layer-bar', 'aria-label': l10n('Selected layer') },
    element('div', { class: 'words' }, this.title, this.facts),
    this.buttons,
  );

  constructor(
    private readonly open: (panel: PanelName, layer: LayerView) => void,
    private readonly merge: (pair: MergeView) => void,
  ) {}

  /** @param problems of the layer's model */
  show(layer: LayerView | undefined, problems: readonly ProblemView[]): void {
    this.element.hidden = layer === undefined;
    if (layer === undefined) {
      return;
    }
    const { name, aliases, operator, detail, output, parameters, multiplyAdds, stride } = layer;
    const others = aliases.filter((alias) => alias !== name);
    this.title.textContent = name;
    this.title.title = others.length > 0 ? l10n('also known as {0}', others.join(', ')) : name;
    this.facts.textContent = [
      detail === '' ? operator : `${operator} ${times(detail)}`,
      times(output),
      ...(parameters > 0 ? [l10n('{0} parameters', whole(parameters))] : []),
      ...(multiplyAdds !== null && multiplyAdds > 0 ? [l10n('{0} multiply-adds', whole(multiplyAdds))] : []),
      ...(layer.receptiveField === ''
        ? []
        : [l10n('receptive field {0}', fieldText(layer, l10n)), l10n('total stride {0}', times(stride))]),
    ]
      .filter((part) => part !== '')
      .join(' · ');
    const button = (panel: PanelName, label: string, isThere: boolean): HTMLElement | false =>
      isThere &&
      element(
        'vscode-button',
        {
          secondary: true,
          onclick: () => {
            this.open(panel, layer);
          },
        },
        label,
      );
    const buttons = [
      button('kernels', l10n('Kernels'), layer.hasKernels),
      button('featureMaps', l10n('Feature Maps'), layer.hasMaps),
      button('projection', l10n('Projection'), layer.hasMaps),
      button('occlusion', l10n('Occlusion'), true),
      button('predictions', l10n('Predictions'), true),
      ...mergesOf(layer, problems).map(({ pair, other }) =>
        element(
          'vscode-button',
          {
            secondary: true,
            title: mergeTitle(pair),
            onclick: () => {
              this.merge(pair);
            },
          },
          l10n('Merge with {0}...', other),
        ),
      ),
    ];
    this.buttons.replaceChildren(...buttons.filter((each) => each !== false));
  }
}
