/** The model in a few lines: where it comes from, what goes in and out, how large it is. */

import type { ModelView } from '../../../src/protocol/view.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { compact, whole } from '../../common/counts.js';

/** A name and its values, one below the other. */
type Fact = readonly [name: string, ...values: readonly (string | Amount)[]];

interface Amount {
  readonly exact: string;
  /** Where there is little room. */
  readonly rounded: string;
}

/** What one asks first comes first: a narrow editor shows no more than that. */
export function facts(model: ModelView): HTMLElement {
  const list: readonly Fact[] = [
    [l10n('Layers'), whole(model.layers.length)],
    [l10n('Parameters'), amount(model.parameters)],
    [l10n('Multiply-adds'), model.multiplyAdds === null ? l10n('unknown') : amount(model.multiplyAdds)],
    [l10n('Inputs'), ...model.inputs],
    [l10n('Outputs'), ...model.outputs],
    [l10n('Producer'), model.producer === '' ? l10n('not named') : model.producer],
    [l10n('Opset'), String(model.opset)],
  ];
  return element(
    'dl',
    { class: 'model-facts', 'aria-label': l10n('The model') },
    ...list.map(([name, ...values]) =>
      element('div', {}, element('dt', {}, name), ...values.map(valueElement)),
    ),
  );
}

function valueElement(value: string | Amount): HTMLElement {
  if (typeof value === 'string') {
    return element('dd', { title: value }, value);
  }
  const { exact, rounded } = value;
  return element(
    'dd',
    { title: exact },
    element('span', { class: 'exact' }, exact),
    element('span', { class: 'rounded' }, rounded),
  );
}

/** `60,965,224 (61M)`, or `61M`. */
function amount(count: number): Amount {
  const [exact, rounded] = [whole(count), compact(count)];
  return { exact: count < 10_000 ? exact : `${exact} (${rounded})`, rounded };
}
