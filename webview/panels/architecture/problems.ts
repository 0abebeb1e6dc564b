/** What was found wrong or odd with the model. */

import type { ProblemView } from '../../../src/protocol/view.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';

/** More are said to be there and not listed. */
const LISTED = 200;

/**
 * @param hasRoom whether a few problems may be listed at once
 * @param choose a problem's layer was clicked
 */
export function problemList(
  problems: readonly ProblemView[],
  hasRoom: boolean,
  choose: (layer: string) => void,
): HTMLElement {
  const title = problems.length === 1 ? l10n('1 problem found') : l10n('{0} problems found', problems.length);
  const rest = problems.length - LISTED;
  return element(
    'details',
    { class: 'problems', hidden: problems.length === 0, open: hasRoom && problems.length <= 3 },
    element('summary', {}, icon('warning'), title),
    element(
      'ul',
      {},
      ...problems
        .slice(0, LISTED)
        .map(({ message, layer }) =>
          element('li', {}, element('span', {}, message), layer !== null && layerLink(layer, choose)),
        ),
      rest > 0 && element('li', { class: 'muted' }, l10n('and {0} more', rest)),
    ),
  );
}

function layerLink(layer: string, choose: (layer: string) => void): HTMLElement {
  return element(
    'button',
    {
      type: 'button',
      class: 'link',
      onclick: () => {
        choose(layer);
      },
    },
    layer,
  );
}
