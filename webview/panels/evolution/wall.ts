/** Figure 4 of Zeiler & Fergus 2013: a row a map, a column a checkpoint; frames mark jumps to another photo. */

import { paintInto } from '../../common/canvas.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import type { EvolutionState } from './state.js';
import { tileText, wallText } from './texts.js';

/** CSS pixels. */
const TILE = 72;

export class Wall {
  private readonly title = element('h2');
  private readonly hint = element('p', { class: 'muted' });
  private readonly table = element('table');
  private readonly box = element(
    'div',
    { class: 'wall-box', tabindex: 0, role: 'region', 'aria-label': l10n('Maps by checkpoint') },
    this.table,
  );
  readonly element = element('section', { class: 'wall', hidden: true }, this.title, this.hint, this.box);
  /** Cells by place, then map. */
  private cells: ReadonlyMap<number, ReadonlyMap<number, HTMLTableCellElement>> = new Map();
  private heads: readonly HTMLTableCellElement[] = [];
  private chosen = -1;

  constructor(
    private readonly state: EvolutionState,
    private readonly look: (place: number) => void,
  ) {}

  /** Lays the wall out anew: other maps, or another folder. */
  rebuild(): void {
    const { wall, offer } = this.state;
    this.element.hidden = wall === undefined;
    if (wall === undefined) {
      return;
    }
    this.title.textContent = wallText(wall);
    this.hint.textContent =
      wall.kind === 'kernels'
        ? l10n('Each kernel is scaled by its own largest weight; zero is mid-grey.')
        : l10n(
            'What of the photo that excites a map most excites it. A frame marks another photo than at the checkpoint before.',
          );
    const cells = offer.checkpoints.map(() => new Map<number, HTMLTableCellElement>());
    const rows = wall.maps.map((map) =>
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, String(map)),
        ...offer.checkpoints.map((_, place) => {
          const cell = element('td', {
            onclick: () => {
              this.look(place);
            },
          });
          cells[place]?.set(map, cell);
          return cell;
        }),
      ),
    );
    this.heads = offer.checkpoints.map(({ name, epoch }, place) =>
      element(
        'th',
        { scope: 'col' },
        element(
          'button',
          {
            type: 'button',
            title: name,
            onclick: () => {
              this.look(place);
            },
          },
          String(epoch),
        ),
      ),
    );
    this.cells = new Map(cells.entries());
    this.chosen = -1;
    this.table.replaceChildren(
      element('thead', {}, element('tr', {}, element('td'), ...this.heads)),
      element('tbody', {}, ...rows),
    );
    offer.checkpoints.forEach((_, place) => {
      this.draw(place);
    });
    this.choose();
  }

  /** Draws the tiles of a checkpoint that have come. */
  draw(place: number): void {
    const name = this.state.offer.checkpoints[place]?.name ?? '';
    this.cells.get(place)?.forEach((cell, map) => {
      const tile = this.state.tile(place, map);
      cell.classList.toggle('jumped', tile?.kind === 'projection' && tile.jumped);
      const text = tileText(map, name, tile);
      cell.title = text;
      if (tile?.kind === 'projection' || tile?.kind === 'kernel') {
        const canvas = element('canvas', { role: 'img', 'aria-label': text });
        paintInto(canvas, tile.picture, TILE);
        cell.replaceChildren(canvas);
      } else {
        const mark = tile === undefined ? '' : tile.kind === 'silent' ? '–' : '×';
        cell.replaceChildren(element('span', { class: 'no-tile', role: 'img', 'aria-label': text }, mark));
      }
    });
  }

  /** Marks the checkpoint that is looked at, and brings it into sight. */
  choose(): void {
    const { place } = this.state;
    for (const [at, isChosen] of [
      [this.chosen, false],
      [place, true],
    ] as const) {
      this.heads[at]?.querySelector('button')?.setAttribute('aria-pressed', String(isChosen));
      [this.heads[at], ...(this.cells.get(at)?.values() ?? [])].forEach((cell) => {
        cell?.classList.toggle('chosen', isChosen);
      });
    }
    this.chosen = place;
    const head = this.heads[place];
    if (head !== undefined) {
      const { offsetLeft, offsetWidth } = head;
      const { scrollLeft, clientWidth } = this.box;
      // Row heads stay in sight on the left.
      const side = this.heads[0]?.offsetLeft ?? 0;
      if (offsetLeft - side < scrollLeft) {
        this.box.scrollLeft = offsetLeft - side;
      } else if (offsetLeft + offsetWidth > scrollLeft + clientWidth) {
        this.box.scrollLeft = offsetLeft + offsetWidth - clientWidth;
      }
    }
  }
}
