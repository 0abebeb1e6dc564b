/**
 * The head of the layer table: a click on a title sorts, its right edge makes the column wider or narrower. For the
 * keyboard it is one Tab stop: arrow keys go from title to title, with Shift they move the edge of the column.
 */

import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { allowedWidth, columnAfterKey, NARROWEST, WIDEST, widthAfterKey } from './columnLayout.js';
import type { ColumnLayout } from './columnLayout.js';
import type { ColumnKey } from './columns.js';
import type { Sort } from './rows.js';
import type { Column } from './tableColumns.js';

export interface HeadActions {
  sort(key: ColumnKey): void;
  /** @param width in CSS pixels; null where the table is to choose it again */
  resize(key: ColumnKey, width: number | null): void;
}

interface HeadCell {
  readonly key: ColumnKey;
  readonly element: HTMLElement;
  readonly sort: HTMLButtonElement;
  readonly edge: HTMLElement;
  /** Holds the arrow of the sorted column. */
  readonly arrow: HTMLElement;
}

export class TableHead {
  private readonly cells: readonly HeadCell[];
  readonly element: HTMLElement;
  /** Those that there is room for. */
  private shown: readonly HeadCell[];
  /** Where Tab comes in: the column that had the focus last. */
  private stop: ColumnKey = 'name';

  constructor(
    columns: readonly Column[],
    private readonly actions: HeadActions,
  ) {
    this.cells = columns.map((column) => this.cell(column));
    this.shown = this.cells;
    this.element = element(
      'div',
      { role: 'rowgroup', class: 'head-group' },
      element(
        'div',
        {
          class: 'head',
          role: 'row',
          'aria-rowindex': 1,
          onkeydown: (event) => {
            this.onKey(event as KeyboardEvent);
          },
          onfocusin: ({ target }) => {
            this.setStop(this.cellOf(target));
          },
        },
        ...this.cells.map((each) => each.element),
      ),
    );
    this.setStop(this.cells.find(({ key }) => key === this.stop));
  }

  showSort({ key: sorted, isDescending }: Sort): void {
    for (const { key, element: head, arrow } of this.cells) {
      const isSorted = key === sorted && (key !== 'place' || isDescending);
      head.setAttribute('aria-sort', isSorted ? (isDescending ? 'descending' : 'ascending') : 'none');
      arrow.replaceChildren(...(isSorted ? [icon(isDescending ? 'arrow-down' : 'arrow-up')] : []));
    }
  }

  showLayout({ widths, isPlaceHidden }: ColumnLayout): void {
    for (const { key, edge } of this.cells) {
      edge.setAttribute('aria-valuenow', String(widths[key]));
    }
    this.shown = this.cells.filter(({ key }) => key !== 'place' || !isPlaceHidden);
    this.setStop(this.shown.find(({ key }) => key === this.stop) ?? this.shown[0]);
  }

  private setStop(stop: HeadCell | undefined): void {
    if (stop !== undefined) {
      this.stop = stop.key;
      for (const cell of this.cells) {
        cell.sort.tabIndex = cell === stop ? 0 : -1;
      }
    }
  }

  private cellOf(target: EventTarget | null): HeadCell | undefined {
    return this.cells.find(({ element: head }) => target instanceof Node && head.contains(target));
  }

  private onKey(event: KeyboardEvent): void {
    const cell = this.cellOf(event.target);
    if (cell === undefined || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const { key, edge } = cell;
    const width = widthAfterKey(event.key, event.shiftKey, widthAt(edge));
    const next = this.shown[columnAfterKey(event.key, this.shown.indexOf(cell), this.shown.length) ?? -1];
    if (width !== undefined) {
      event.preventDefault();
      this.actions.resize(key, width);
      // From there a screen reader tells the width, and each change of it.
      edge.focus();
    } else if (next !== undefined) {
      event.preventDefault();
      next.sort.focus();
    }
  }

  private cell({ key, title, isNumber, count }: Column): HeadCell {
    const arrow = element('span', { class: 'arrow' });
    const sort = element(
      'button',
      {
        type: 'button',
        title:
          key === 'receptiveField'
            ? l10n('Receptive field: what a unit sees of the input, less at its border')
            : title,
        'data-column': key,
        'aria-keyshortcuts': 'Shift+ArrowLeft Shift+ArrowRight Delete',
        onclick: () => {
          this.actions.sort(key);
        },
      },
      element('span', { class: count ? 'full' : '' }, title),
      count ? element('span', { class: 'short' }, count.shortTitle) : null,
      arrow,
    );
    const edge = this.edge(key, title);
    const kind = isNumber ? `cell number ${key}` : `cell ${key}`;
    const head = element('div', { role: 'columnheader', class: kind, 'aria-label': title }, sort, edge);
    return { key, element: head, sort, edge, arrow };
  }

  private edge(key: ColumnKey, title: string): HTMLElement {
    const edge = element('div', {
      class: 'edge',
      role: 'separator',
      tabindex: -1,
      'aria-orientation': 'vertical',
      'aria-label': l10n('Width of the column {0}', title),
      'aria-valuemin': NARROWEST,
      'aria-valuemax': WIDEST,
      'aria-valuenow': NARROWEST,
      title: l10n('Drag, or press Shift with an arrow key, to resize; a double click or Delete resets'),
    });
    let grip: { readonly x: number; readonly width: number } | undefined;
    edge.addEventListener('pointerdown', (event) => {
      if (event.button === 0) {
        edge.setPointerCapture(event.pointerId);
        grip = { x: event.clientX, width: widthAt(edge) };
      }
    });
    edge.addEventListener('pointermove', ({ clientX }) => {
      if (grip !== undefined) {
        this.actions.resize(key, allowedWidth(grip.width + clientX - grip.x));
      }
    });
    edge.addEventListener('lostpointercapture', () => {
      grip = undefined;
    });
    edge.addEventListener('dblclick', () => {
      this.actions.resize(key, null);
    });
    return edge;
  }
}

function widthAt(edge: HTMLElement): number {
  return Number(edge.getAttribute('aria-valuenow'));
}
