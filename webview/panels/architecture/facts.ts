/** The model in a few lines: where it comes from, what goes in and out, how large it is. */

import type { ModelView } from '../../../src/protocol/view.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { compact, whole } from './format.js';

/** A name and its values, one below the other. */
type Fact = readonly [name: string, ...values: readonly string[]];

export function facts(model: ModelView): HTMLElement {
  const list: readonly Fact[] = [
    [l10n('Producer'), model.producer === '' ? l10n('not named') : model.producer],
    [l10n('Opset'), String(model.opset)],
    [l10n('Inputs'), ...model.inputs],
    [l10n('Outputs'), ...model.outputs],
    [l10n('Layers'), whole(model.layers.length)],
    [l10n('Parameters'), amount(model.parameters)],
    [l10n('Multiply-adds'), model.multiplyAdds === null ? l10n('unknown') : amount(model.multiplyAdds)],
  ];
  return element(
    'dl',
    { class: 'model-facts', 'aria-label': l10n('The model') },
    ...list.map(([name, ...values]) =>
      element(
        'div',
        {},
        element('dt', {}, name),
        ...values.map((value) => element('dd', { title: value }, value)),
      ),
    ),
  );
}

/** `60,965,224 (61M)` */
function amount(count: number): string {
  return count < 10_000 ? whole(count) : `${whole(count)} (${compact(count)})`;
}
