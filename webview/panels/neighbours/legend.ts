/** What the colours of the map mean, and which groups are shown. */

import { VIRIDIS } from '../../common/colour.js';
import type { Range } from '../../common/colour.js';
import { colourBar } from '../../common/colourBar.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { GROUP_COLOURS, PLAIN } from './colouring.js';
import type { Groups } from './colouring.js';

export class Legend {
  private readonly list = element('ul', { 'aria-label': l10n('Groups shown; all while none is chosen') });
  private readonly bar = colourBar(VIRIDIS);
  private readonly all = element(
    'button',
    {
      type: 'button',
      class: 'all',
      hidden: true,
      onclick: () => {
        this.onChoose(new Set());
      },
    },
    l10n('Show all'),
  );
  readonly element = element('div', { class: 'legend' }, this.all, this.list, this.bar.element);

  /** @param onChoose is told the chosen groups; none is all */
  constructor(private readonly onChoose: (groups: ReadonlySet<number>) => void) {}

  /** @param colours of the groups, by their places @param crosses the colour whose dots are crosses */
  showGroups(
    { groups }: Groups,
    colours: Uint8Array,
    chosen: ReadonlySet<number>,
    nameOf: (name: string | undefined) => string,
    crosses: number | undefined,
  ): void {
    this.all.hidden = chosen.size === 0;
    this.list.hidden = false;
    this.bar.element.hidden = true;
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset['group'] : undefined;
    this.list.replaceChildren(
      ...groups.map(({ name, count }, at) => {
        const colour = colours[at] ?? PLAIN;
        const text = nameOf(name);
        const toggle = (): void => {
          const next = new Set(chosen);
          if (!next.delete(at)) {
            next.add(at);
          }
          this.onChoose(next);
        };
        return element(
          'li',
          {},
          element(
            'button',
            {
              type: 'button',
              'aria-pressed': String(chosen.has(at)),
              'data-group': at,
              title: l10n('{0}: {1} photos', text, count.toLocaleString()),
              onclick: toggle,
            },
            element('span', {
              class: `dot colour-${colour < GROUP_COLOURS ? colour : 'plain'}${colour === crosses ? ' cross' : ''}`,
              'aria-hidden': 'true',
            }),
            element('span', { class: 'name' }, text),
            element('span', { class: 'muted' }, count.toLocaleString()),
          ),
        );
      }),
    );
    if (focused !== undefined) {
      this.list.querySelector<HTMLElement>(`[data-group="${focused}"]`)?.focus();
    }
  }

  showRange(range: Range): void {
    this.all.hidden = true;
    this.list.hidden = true;
    this.bar.element.hidden = false;
    this.bar.show(range);
  }
}
