/** A column of queries, and on the right of each the photos nearest to it, as in figure 4 of Krizhevsky et al. 2012. */

import type { NeighboursView, QueryPhoto } from '../../../src/protocol/panels/neighbours.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import type { SetThumbnails } from '../../common/setThumbnails.js';
import type { Thumbnails } from '../../common/thumbnails.js';
import { currentTheme } from '../../common/theme.js';
import type { SetPhotos } from './setPhotos.js';

/** Side of a photo in CSS pixels. */
export const TILE = 88;

export interface AnswersActions {
  /** A photo of the set was clicked. */
  pick(photo: number, name: string, at: { readonly x: number; readonly y: number }, from: HTMLElement): void;
  remove(query: QueryPhoto): void;
}

export interface Asked {
  readonly store: string;
  readonly photos: SetPhotos;
  readonly queries: readonly QueryPhoto[];
  readonly answers: readonly NeighboursView[];
  /** URI of the chosen photo, which is asked about without having been picked. */
  readonly chosen: string | null;
}

type Agreement = 'agrees' | 'differs' | 'untold';

export class Answers {
  private readonly list = element('ul', { class: 'queries' });
  private readonly none = element(
    'p',
    { class: 'none muted' },
    l10n('Choose or drop a photo, or click photos on the map: what is nearest to them is shown here.'),
  );
  private readonly key = element(
    'p',
    { class: 'key muted', hidden: true },
    element('span', { class: 'swatch agrees', 'aria-hidden': 'true' }),
    l10n('same label'),
    element('span', { class: 'swatch differs', 'aria-hidden': 'true' }),
    l10n('another label'),
  );
  readonly element = element('div', { class: 'answers' }, this.none, this.list, this.key);
  private asked: Asked | undefined;

  constructor(
    private readonly ofSet: SetThumbnails,
    private readonly ofFiles: Thumbnails,
    private readonly actions: AnswersActions,
  ) {}

  show(asked: Asked): void {
    this.asked = asked;
    this.none.hidden = asked.queries.length > 0;
    this.list.hidden = asked.queries.length === 0;
    this.list.replaceChildren(
      ...asked.queries.flatMap((query, at) => {
        const answer = asked.answers[at];
        return answer === undefined ? [] : [this.row(asked, query, answer)];
      }),
    );
    this.key.hidden = this.list.querySelector('.agrees, .differs') === null;
  }

  /** All rows on one picture, for copying and saving. */
  picture(): HTMLCanvasElement {
    const rows = [...this.list.children].map((row) => [...row.querySelectorAll<HTMLElement>('.tile')]);
    const sheet = document.createElement('canvas');
    const cell = TILE + 12;
    const [behind, scale] = [20, 2];
    const most = Math.max(1, ...rows.map(({ length }) => length));
    sheet.width = (most * cell + behind + 8) * scale;
    sheet.height = (Math.max(1, rows.length) * cell + 8) * scale;
    const context = sheet.getContext('2d');
    context?.scale(scale, scale);
    const theme = currentTheme();
    for (const [row, tiles] of rows.entries()) {
      for (const [place, tile] of tiles.entries()) {
        const canvas = tile.querySelector('canvas');
        const [left, top] = [8 + place * cell + (place > 0 ? behind : 0), 8 + row * cell];
        if (context !== null && canvas !== null && canvas.width > 0) {
          context.drawImage(canvas, left, top, TILE, TILE);
          if (tile.classList.contains('agrees') || tile.classList.contains('differs')) {
            const agrees = tile.classList.contains('agrees');
            context.strokeStyle = agrees ? theme.series : theme.warning;
            context.lineWidth = 3;
            context.setLineDash(agrees ? [] : [8, 5]);
            context.strokeRect(left - 2, top - 2, TILE + 4, TILE + 4);
          }
        }
      }
    }
    return sheet;
  }

  private row(asked: Asked, query: QueryPhoto, answer: NeighboursView): HTMLElement {
    const isChosen = 'file' in query && query.file === asked.chosen;
    const neighbours = answer.neighbours.map(({ photo, distance }, rank) =>
      this.answer(asked, answer, photo, distance, rank),
    );
    return element(
      'li',
      { class: 'query' },
      this.query(asked, query, answer, isChosen),
      answer.problem === null
        ? element('ol', { 'aria-label': l10n('Nearest to {0}', answer.name) }, ...neighbours)
        : element('div', { class: 'failure' }, icon('error'), answer.problem),
    );
  }

  private query(
    { store }: Asked,
    query: QueryPhoto,
    { photo, name, label }: NeighboursView,
    isChosen: boolean,
  ): HTMLElement {
    const canvas = element('canvas', { 'aria-hidden': 'true', width: 1, height: 1 });
    if (photo !== null) {
      void this.ofSet.draw(store, photo, canvas, TILE);
    } else if ('file' in query) {
      void this.ofFiles.drawMiddle(query.file, canvas, TILE);
    }
    const words = label ?? (photo === null ? l10n('outside the set') : l10n('no label'));
    const face = [
      element('div', { class: 'picture' }, canvas),
      element('span', { class: 'label' }, words),
      element('span', { class: 'muted' }, isChosen ? l10n('chosen photo') : (name.split('/').at(-1) ?? '')),
    ];
    const tile =
      photo === null
        ? element('div', { class: 'tile', title: name }, ...face)
        : this.button('tile', `${name}, ${words}`, photo, name, face);
    const remove = element(
      'button',
      {
        type: 'button',
        class: 'remove',
        'aria-label': l10n('Take {0} off the queries', name),
        title: l10n('Take off the queries'),
        onclick: () => {
          this.actions.remove(query);
        },
      },
      icon('close'),
    );
    return element('div', { class: 'asked' }, tile, !isChosen && remove);
  }

  private answer(
    { store, photos }: Asked,
    of: NeighboursView,
    photo: number,
    distance: number,
    rank: number,
  ): HTMLElement {
    const place = photos.placeOf(photo) ?? -1;
    const [path, label] = [photos.path(place), photos.label(place)];
    const agreement: Agreement =
      of.label === null || label === undefined ? 'untold' : label === of.label ? 'agrees' : 'differs';
    const canvas = element('canvas', { 'aria-hidden': 'true', width: 1, height: 1 });
    void this.ofSet.draw(store, photo, canvas, TILE);
    const words = [path, label ?? l10n('no label'), ...AGREEMENT_TEXTS[agreement]()];
    const away = l10n('distance {0}', short(distance));
    return element(
      'li',
      {},
      this.button(`tile ${agreement}`, `${rank + 1}: ${[...words, away].join(', ')}`, photo, path, [
        element('div', { class: 'picture' }, canvas),
        element(
          'span',
          { class: 'label' },
          agreement === 'agrees' && icon('check'),
          agreement === 'differs' && icon('close'),
          label ?? photos.name(place),
        ),
        element('span', { class: 'muted' }, short(distance)),
      ]),
    );
  }

  private button(
    kind: string,
    text: string,
    photo: number,
    name: string,
    face: readonly HTMLElement[],
  ): HTMLElement {
    const button = element(
      'button',
      {
        type: 'button',
        class: kind,
        'aria-haspopup': 'menu',
        title: text,
        onclick: () => {
          const { left, bottom } = button.getBoundingClientRect();
          this.actions.pick(photo, name, { x: left, y: bottom }, button);
        },
      },
      ...face,
      // What is seen is said, too, and what is not seen behind it.
      element('span', { class: 'spoken' }, text),
    );
    return button;
  }

  /** Photos on the screen: those asked about, and their answers. */
  get shown(): { readonly queries: readonly number[]; readonly answers: readonly number[] } {
    const answers = this.asked?.answers ?? [];
    return {
      queries: answers.flatMap(({ photo }) => (photo === null ? [] : [photo])),
      answers: answers.flatMap(({ neighbours }) => neighbours.map(({ photo }) => photo)),
    };
  }
}

const AGREEMENT_TEXTS: Readonly<Record<Agreement, () => readonly string[]>> = {
  agrees: () => [l10n('same label')],
  differs: () => [l10n('another label')],
  untold: () => [],
};
