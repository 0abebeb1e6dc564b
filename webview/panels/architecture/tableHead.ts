/** The head of the layer table: a click on a title sorts, its right edge makes the column wider or narrower. */

import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { allowedWidth, NARROWEST, WIDEST, widthAfterKey } from './columnLayout.js';
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
  readonly edge: HTMLElement;
  /** Holds the arrow of the sorted column. */
  readonly arrow: HTMLElement;
}

export class TableHead {
  private readonly cells: readonly HeadCell[];
  readonly element: HTMLElement;

  constructor(
    columns: readonly Column[],
    private readonly actions: HeadActions,
  ) {
    this.cells = columns.map((column) => this.cell(column));
    this.element = element(
      'div',
      { role: 'rowgroup', class: 'head-group' },
      element(
        'div',
        { class: 'head', role: 'row', 'aria-rowindex': 1 },
        ...this.cells.map((each) => each.element),
      ),
    );
  }

  showSort({ key: sorted, isDescending }: Sort): void {
    for (const { key, element: head, arrow } of this.cells) {
      const isSorted = key === sorted && (key !== 'place' || isDescending);
      head.setAttribute('aria-sort', isSorted ? (isDescending ? 'descending' : 'ascending') : 'none');
      arrow.replaceChildren(...(isSorted ? [icon(isDescending ? 'arrow-down' : 'arrow-up')] : []));
    }
  }

  showLayout({ widths }: ColumnLayout): void {
    for (const { key, edge } of this.cells) {
      edge.setAttribute('aria-valuenow', String(widths[key]));
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
    return { key, element: head, edge, arrow };
  }

  private edge(key: ColumnKey, title: string): HTMLElement {
    const edge = element('div', {
      class: 'edge',
      role: 'separator',
      tabindex: 0,
      'aria-orientation': 'vertical',
      'aria-label': l10n('Width of the column {0}', title),
      'aria-valuemin': NARROWEST,
      'aria-valuemax': WIDEST,
      'aria-valuenow': NARROWEST,
      title: l10n('Drag or use the arrow keys to resize; a double click or Delete resets'),
    });
    const present = (): number => Number(edge.getAttribute('aria-valuenow'));
    let grip: { readonly x: number; readonly width: number } | undefined;
    edge.addEventListener('pointerdown', (event) => {
      if (event.button === 0) {
        edge.setPointerCapture(event.pointerId);
        grip = { x: event.clientX, width: present() };
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
    edge.addEventListener('keydown', (event) => {
      const width = widthAfterKey(event.key, event.shiftKey, present());
      if (width !== undefined) {
        event.preventDefault();
        this.actions.resize(key, width);
      }
    });
    return edge;
  }
}
