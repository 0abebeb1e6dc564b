/** How strongly a map answers each class, as bars that can be pressed. */

import type { TopMapView } from '../../../src/protocol/panels/topPhotos.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';

/** The other classes are summed up in a line. */
const SHOWN = 12;

/** @param choose shows the maps that answer to a class */
export function labelBars(
  byLabel: TopMapView['byLabel'],
  choose: (label: string) => void,
): readonly HTMLElement[] {
  if (byLabel.length === 0) {
    return [element('p', { class: 'muted' }, l10n('The photos of this index have no classes.'))];
  }
  const most = Math.max(...byLabel.map(({ mean }) => Math.abs(mean))) || 1;
  const rows = byLabel.slice(0, SHOWN).map(({ label, mean }) => {
    const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
    bar.style.width = `${(Math.abs(mean) / most) * 100}%`;
    return element(
      'li',
      {},
      element(
        'button',
        {
          type: 'button',
          title: l10n(
            '{0}: mean activation {1}. Shows the maps that answer to this class.',
            label,
            short(mean),
          ),
          onclick: () => {
            choose(label);
          },
        },
        element('span', { class: 'name' }, label),
        element('span', { class: 'track', 'aria-hidden': 'true' }, bar),
        element('span', { class: 'value' }, short(mean, 3)),
      ),
    );
  });
  const rest = byLabel.slice(SHOWN);
  return [
    element('ol', { class: 'label-bars' }, ...rows),
    ...(rest.length === 0
      ? []
      : [
          element(
            'p',
            { class: 'muted' },
            l10n('{0} more classes, at most {1} each', rest.length, short(rest[0]?.mean ?? NaN, 3)),
          ),
        ]),
  ];
}
