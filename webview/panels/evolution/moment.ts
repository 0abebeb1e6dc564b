/** The checkpoint that is looked at: each map large, beside what it sees of its photo, and the numbers of all layers. */

import { paintInto } from '../../common/canvas.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import type { EvolutionState } from './state.js';
import { detailText, shareText } from './texts.js';

/** CSS pixels; two maps stand beside each other where there is little room. */
const [SMALL, LARGE] = [72, 96];
const NARROW = 520;

export class Moment {
  private readonly title = element('h2');
  private readonly cards = element('ul', { class: 'cards' });
  private readonly numbers = element('table', { class: 'facts' });
  readonly element = element(
    'section',
    { class: 'moment', hidden: true },
    this.title,
    element(
      'div',
      { class: 'columns' },
      this.cards,
      element(
        'div',
        { class: 'numbers', tabindex: 0, role: 'region', 'aria-label': l10n('Numbers of the layers') },
        this.numbers,
      ),
    ),
  );

  constructor(private readonly state: EvolutionState) {}

  draw(): void {
    const { offer, place, rows } = this.state;
    const row = rows[place];
    this.element.hidden = row === undefined;
    const accuracy = shareText(row?.accuracy);
    const name = offer.checkpoints[place]?.name ?? '';
    this.title.textContent =
      accuracy === '' ? name : l10n('{0}: right about {1} of the photos', name, accuracy);
    this.drawCards();
    this.drawNumbers();
  }

  private drawCards(): void {
    const { wall, place } = this.state;
    this.cards.hidden = wall === undefined || !this.state.hasTiles;
    this.cards.replaceChildren(
      ...(wall?.maps ?? []).map((map) => {
        const tile = this.state.tile(place, map);
        const pictures =
          tile?.kind === 'projection'
            ? [
                [tile.picture, l10n('What excites map {0}', map)] as const,
                [tile.patch, l10n('Where in the photo')] as const,
              ]
            : tile?.kind === 'kernel'
              ? [[tile.picture, l10n('Kernel {0}', map)] as const]
              : [];
        const canvases = pictures.map(([picture, label]) => {
          const canvas = element('canvas', { role: 'img', 'aria-label': label });
          paintInto(canvas, picture, window.innerWidth > NARROW ? LARGE : SMALL);
          return canvas;
        });
        const text = tile === undefined ? '' : tile.kind === 'kernel' ? '' : detailText(tile);
        const isJump = tile?.kind === 'projection' && tile.jumped;
        return element(
          'li',
          { class: isJump ? 'jumped' : '' },
          element('div', { class: 'pictures' }, ...canvases),
          element(
            'div',
            { class: 'caption', title: text },
            element('b', {}, String(map)),
            ' ',
            isJump && icon('arrow-swap'),
            ` ${text}`,
          ),
        );
      }),
    );
  }

  private drawNumbers(): void {
    const layers = this.state.rows[this.state.place]?.layers ?? [];
    const hasMaps = layers.some(({ maps }) => maps !== null);
    const text = (value: number | null): string => (value === null ? '' : short(value, 3));
    this.numbers.replaceChildren(
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...[
            l10n('layer'),
            l10n('weight norm'),
            l10n('step'),
            ...(hasMaps ? [l10n('dead maps'), l10n('mean activation')] : []),
          ].map((heading) => element('th', { scope: 'col' }, heading)),
        ),
      ),
      element(
        'tbody',
        {},
        ...layers.map(({ layer, norm, step, maps, dead, mean }) =>
          element(
            'tr',
            {},
            element('th', { scope: 'row' }, layer),
            element('td', {}, text(norm)),
            element('td', {}, text(step)),
            ...(hasMaps
              ? [
                  element('td', {}, dead === null ? '' : l10n('{0} of {1}', dead, maps ?? 0)),
                  element('td', {}, text(mean)),
                ]
              : []),
          ),
        ),
      ),
    );
  }
}
