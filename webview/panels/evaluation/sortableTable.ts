/** A table that is sorted by a click on a column's head, some of whose rows can be chosen. */

import { element, icon } from '../../common/dom.js';
import { sortAfterClick, sorted } from './sorting.js';
import type { CellValue, Sort } from './sorting.js';

export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** Explains the title. */
  readonly hint?: string;
  readonly value: (row: Row) => CellValue;
  readonly text: (row: Row) => string;
  readonly isNumber: boolean;
}

export interface TableOptions<Row> {
  readonly caption: string;
  /** The first names its row. */
  readonly columns: readonly Column<Row>[];
  readonly sort?: Sort;
  /** What choosing a row does; without it rows cannot be chosen. */
  readonly choose?: {
    readonly label: (row: Row) => string;
    readonly act: (row: Row) => void;
    readonly isChosen: (row: Row) => boolean;
  };
}

export class SortableTable<Row> {
  private rows: readonly Row[] = [];
  private sort: Sort;
  private readonly head = element('tr');
  private readonly body = element('tbody');
  /** Scrolled with the arrow keys once it has the focus. */
  readonly element: HTMLElement;

  constructor(private readonly options: TableOptions<Row>) {
    this.sort = options.sort ?? { key: '', isDescending: false };
    this.element = element(
      'div',
      { class: 'sortable', tabindex: 0, role: 'region', 'aria-label': options.caption },
      element(
        'table',
        {},
        element('caption', { class: 'spoken' }, options.caption),
        element('thead', {}, this.head),
        this.body,
      ),
    );
  }

  /** @param rows in their own order */
  show(rows: readonly Row[]): void {
    this.rows = rows;
    this.draw();
  }

  /** Draws again, as after another row was chosen. */
  draw(): void {
    const { columns } = this.options;
    const { key, isDescending } = this.sort;
    const column = columns.find((each) => each.key === key);
    const rows = column === undefined ? this.rows : sorted(this.rows, column.value, isDescending);
    const focused = this.head.contains(document.activeElement)
      ? (document.activeElement as HTMLElement).dataset['column']
      : undefined;
    this.head.replaceChildren(...columns.map((each) => this.headCell(each)));
    this.body.replaceChildren(...rows.map((row) => this.rowOf(row)));
    if (focused !== undefined) {
      this.head.querySelector<HTMLElement>(`button[data-column="${focused}"]`)?.focus();
    }
  }

  private headCell({ key, title, hint, isNumber }: Column<Row>): HTMLElement {
    const { key: sortedKey, isDescending } = this.sort;
    const isSorted = key === sortedKey;
    return element(
      'th',
      {
        scope: 'col',
        class: isNumber ? 'number' : '',
        'aria-sort': isSorted ? (isDescending ? 'descending' : 'ascending') : 'none',
      },
      element(
        'button',
        {
          type: 'button',
          'data-column': key,
          title: hint,
          onclick: () => {
            this.sort = sortAfterClick(this.sort, key, isNumber);
            this.draw();
          },
        },
        title,
        isSorted && icon(isDescending ? 'arrow-down' : 'arrow-up'),
      ),
    );
  }

  private rowOf(row: Row): HTMLElement {
    const { columns, choose } = this.options;
    const isChosen = choose?.isChosen(row) ?? false;
    return element(
      'tr',
      { class: isChosen ? 'chosen' : '' },
      ...columns.map(({ text, isNumber }, place) => {
        const shown = text(row);
        if (place > 0) {
          return element('td', isNumber ? { class: 'number' } : { title: shown }, shown);
        }
        const name =
          choose === undefined
            ? shown
            : element(
                'button',
                {
                  type: 'button',
                  class: 'row-button',
                  'aria-pressed': String(isChosen),
                  'aria-label': choose.label(row),
                  title: choose.label(row),
                  onclick: () => {
                    choose.act(row);
                  },
                },
                shown,
              );
        return element('th', { scope: 'row', title: shown }, name);
      }),
    );
  }
}
