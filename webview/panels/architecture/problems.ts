/** What was found wrong or odd with the model. */

import type { MergeView, ProblemView } from '../../../src/protocol/view.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { mergeTitle } from './mergeTitle.js';

/** More are said to be there and not listed. */
const LISTED = 200;

export interface ProblemActions {
  /** A problem's layer was clicked. */
  choose(layer: string): void;
  /** The two layers that a problem is about are to be merged. */
  merge(pair: MergeView): void;
}

/**
 * @param hasRoom whether a few problems may be listed at once
 */
export function problemList(
  problems: readonly ProblemView[],
  hasRoom: boolean,
  actions: ProblemActions,
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
      ...problems.slice(0, LISTED).map(({ message, layer, merge: pair }) =>
        element(
          'li',
          {},
          element('span', {}, message),
          layer !== null &&
            link(layer, undefined, () => {
              actions.choose(layer);
            }),
          pair !== null &&
            link(l10n('Merge...'), mergeTitle(pair), () => {
              actions.merge(pair);
            }),
        ),
      ),
      rest > 0 && element('li', { class: 'muted' }, l10n('and {0} more', rest)),
    ),
  );
}

function link(text: string, title: string | undefined, onclick: () => void): HTMLElement {
  return element('button', { type: 'button', class: 'link', title, onclick }, text);
}
