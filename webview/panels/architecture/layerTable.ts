/** The layers as AlexNet's are listed: a table of which only the rows in sight exist. */

import { times } from '../../../src/protocol/times.js';
import type { LayerView, ModelView } from '../../../src/protocol/view.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import type { ColumnKey } from './columns.js';
import { compact, whole } from './format.js';
import { setLayerContext } from './layerContext.js';
import { lettersOf, nameParts } from './names.js';
import { LayerFilter, nextSort, sorted } from './rows.js';
import type { Sort } from './rows.js';
import { rowAfterKey, rowWindow, scrollToRow } from './rowWindow.js';

interface Column {
  readonly key: ColumnKey;
  readonly title: string;
  readonly isNumber: boolean;
  text(layer: LayerView, place: number): string;
  /** Title and text where there is little room. */
  readonly short?: { readonly title: string; text(layer: LayerView): string };
}

export interface TableActions {
  select(layer: LayerView): void;
  /** Enter or a double click. */
  open(layer: LayerView): void;
  sorted(sort: Sort): void;
}

const ROW_HEIGHT = 24;
const HEAD_HEIGHT = 28;

export class LayerTable {
  private readonly columns: readonly Column[] = [
    { key: 'place', title: '#', isNumber: true, text: (_, place) => whole(place + 1) },
    { key: 'name', title: l10n('Layer'), isNumber: false, text: ({ name }) => name },
    { key: 'operator', title: l10n('Operator'), isNumber: false, text: ({ operator }) => operator },
    { key: 'output', title: l10n('Output'), isNumber: true, text: ({ output }) => times(output) },
    {
      key: 'parameters',
      title: l10n('Parameters'),
      isNumber: true,
      text: ({ parameters }) => countText(parameters, whole),
      short: { title: l10n('Params'), text: ({ parameters }) => countText(parameters, compact) },
    },
    {
      key: 'multiplyAdds',
      title: l10n('Multiply-adds'),
      isNumber: true,
      text: ({ multiplyAdds }) => countText(multiplyAdds, whole),
      short: { title: l10n('Mult-adds'), text: ({ multiplyAdds }) => countText(multiplyAdds, compact) },
    },
    {
      key: 'receptiveField',
      title: l10n('Field'),
      isNumber: true,
      text: ({ receptiveField }) => times(receptiveField) || '–',
    },
    { key: 'stride', title: l10n('Stride'), isNumber: true, text: ({ stride }) => times(stride) || '–' },
  ];
  private readonly head = element('div', { class: 'head', role: 'row', 'aria-rowindex': 1 });
  private readonly body = element('div', { class: 'body', role: 'rowgroup' });
  private readonly none = element('p', { class: 'muted none', hidden: true }, l10n('No layer matches.'));
  readonly element: HTMLElement;
  private readonly existing = new Map<number, HTMLElement>();
  private model: ModelView | undefined;
  private filter = new LayerFilter([]);
  private query = '';
  private places: readonly number[] = [];
  /** Row of each place, for those shown. */
  private rowOf = new Map<number, number>();
  private troubled = new Map<string, string>();
  private selected = -1;

  constructor(
    private sort: Sort,
    private readonly actions: TableActions,
  ) {
    this.element = element(
      'div',
      {
        class: 'layer-table',
        role: 'grid',
        tabindex: 0,
        'aria-label': l10n('Layers'),
        'aria-colcount': this.columns.length,
        onscroll: () => {
          this.show();
        },
        onkeydown: (event) => {
          this.onKey(event as KeyboardEvent);
        },
        // Before the context menu asks what it is about.
        onpointerdown: (event) => {
          this.onRow(event, (layer) => {
            this.choose(layer);
          });
        },
        ondblclick: (event) => {
          this.onRow(event, (layer) => {
            actions.open(layer);
          });
        },
      },
      element('div', { role: 'rowgroup', class: 'head-group' }, this.head),
      this.body,
      this.none,
    );
    this.showHead();
    new ResizeObserver(() => {
      this.show();
    }).observe(this.element);
  }

  /** Places of the layers shown, in their order. */
  get shown(): readonly number[] {
    return this.places;
  }

  setModel(model: ModelView): void {
    this.model = model;
    this.filter = new LayerFilter(model.layers);
    // About 8 pixels a digit.
    const digits = whole(model.layers.length).length;
    this.element.style.setProperty('--place', `${Math.max(36, 14 + 8 * digits)}px`);
    this.element.style.setProperty('--letters', String(lettersOf(model.layers.map(({ name }) => name))));
    this.troubled = new Map(
      model.problems.flatMap(({ layer, message }) => (layer === null ? [] : [[layer, message]])),
    );
    this.arrange();
  }

  setQuery(query: string): void {
    this.query = query;
    this.arrange();
  }

  /** Marks a layer, by its place in the network, and brings it into sight; -1 for none. */
  select(place: number): void {
    this.mark(this.selected, false);
    this.selected = place;
    const layer = this.model?.layers[place];
    setLayerContext(this.element, this.model?.uri ?? '', layer);
    this.reveal();
    this.show();
    this.mark(place, true);
  }

  /** The rows shown as text that spreadsheets read. */
  text(): string {
    const lines = this.places.flatMap((place) => {
      const layer = this.model?.layers[place];
      const { operator = '', detail = '' } = layer ?? {};
      return layer === undefined
        ? []
        : [
            [
              place + 1,
              layer.name,
              detail === '' ? operator : `${operator} (${detail})`,
              layer.output,
              layer.parameters,
              layer.multiplyAdds ?? '',
              layer.receptiveField,
              layer.stride,
            ].join('\t'),
          ];
    });
    return [this.columns.map(({ title }) => title).join('\t'), ...lines].join('\n');
  }

  private arrange(): void {
    const layers = this.model?.layers ?? [];
    this.places = sorted(layers, this.filter.places(this.query), this.sort);
    this.rowOf = new Map(this.places.map((place, row) => [place, row]));
    this.existing.clear();
    this.body.replaceChildren();
    this.body.style.height = `${this.places.length * ROW_HEIGHT}px`;
    this.none.hidden = this.places.length > 0;
    this.element.setAttribute('aria-rowcount', String(this.places.length + 1));
    this.select(this.selected);
  }

  private reveal(): void {
    const row = this.rowOf.get(this.selected);
    if (row !== undefined && this.element.clientHeight > 0) {
      const { scrollTop } = this.element;
      this.element.scrollTop = scrollToRow(row, scrollTop, this.bodyHeight, ROW_HEIGHT);
    }
  }

  /** Height of what is seen of the rows: the head stays above them. */
  private get bodyHeight(): number {
    return Math.max(0, this.element.clientHeight - HEAD_HEIGHT);
  }

  private show(): void {
    const { scrollTop } = this.element;
    const { first, end } = rowWindow(scrollTop, this.bodyHeight, ROW_HEIGHT, this.places.length);
    const needed = new Set(this.places.slice(first, end));
    for (const [place, row] of this.existing) {
      if (!needed.has(place)) {
        row.remove();
        this.existing.delete(place);
      }
    }
    for (const place of needed) {
      if (!this.existing.has(place)) {
        this.addRow(place);
      }
    }
    const isThere = this.existing.has(this.selected);
    this.element.setAttribute('aria-activedescendant', isThere ? idOf(this.selected) : '');
  }

  private addRow(place: number): void {
    const layer = this.model?.layers[place];
    if (layer === undefined) {
      return;
    }
    const row = this.rowOf.get(place) ?? 0;
    const problem = this.troubled.get(layer.name);
    const made = element(
      'div',
      {
        class: 'row',
        role: 'row',
        id: idOf(place),
        'data-place': place,
        'aria-rowindex': row + 2,
        title: problem,
      },
      ...this.columns.map((column) => this.cell(column, layer, place, problem !== undefined)),
    );
    made.style.transform = `translateY(${row * ROW_HEIGHT}px)`;
    this.existing.set(place, made);
    this.body.append(made);
    this.mark(place, place === this.selected);
  }

  private cell(
    { key, isNumber, text, short }: Column,
    layer: LayerView,
    place: number,
    isTroubled: boolean,
  ): Node {
    const detail = times(layer.detail);
    const isOperator = key === 'operator';
    const shown = text(layer, place);
    return element(
      'div',
      {
        role: 'gridcell',
        class: isNumber ? 'cell number' : key === 'name' ? 'cell name' : 'cell',
        title: key === 'name' || short ? shown : isOperator ? `${shown} ${detail}` : undefined,
      },
      key === 'name' && isTroubled && icon('warning'),
      ...(key === 'name' ? nameSpans(shown) : [short ? element('span', { class: 'full' }, shown) : shown]),
      short ? element('span', { class: 'short' }, short.text(layer)) : null,
      isOperator && detail !== '' && element('span', { class: 'muted' }, ` ${detail}`),
    );
  }

  private showHead(): void {
    const names = this.columns.map(({ key, title, isNumber, short }) => {
      const isSorted = this.sort.key === key && (key !== 'place' || this.sort.isDescending);
      const direction = this.sort.isDescending ? 'descending' : 'ascending';
      return element(
        'div',
        {
          role: 'columnheader',
          class: isNumber ? 'cell number' : 'cell',
          'aria-sort': isSorted ? direction : 'none',
        },
        element(
          'button',
          {
            type: 'button',
            title: key === 'receptiveField' ? l10n('Receptive field: what a unit sees of the input') : title,
            'data-column': key,
            onclick: () => {
              this.sortBy(key);
            },
          },
          element('span', { class: short ? 'full' : '' }, title),
          short ? element('span', { class: 'short' }, short.title) : null,
          isSorted && icon(this.sort.isDescending ? 'arrow-down' : 'arrow-up'),
        ),
      );
    });
    this.head.replaceChildren(...names);
  }

  private sortBy(key: ColumnKey): void {
    this.sort = nextSort(this.sort, key);
    this.actions.sorted(this.sort);
    this.showHead();
    this.head.querySelector<HTMLElement>(`[data-column="${key}"]`)?.focus();
    this.arrange();
    // The first rows are what one sorts for, unless the selected one was there.
    this.element.scrollTop = 0;
  }

  private choose(layer: LayerView): void {
    this.actions.select(layer);
  }

  private mark(place: number, isSelected: boolean): void {
    const row = this.existing.get(place);
    row?.setAttribute('aria-selected', String(isSelected));
    row?.classList.toggle('selected', isSelected);
  }

  private onRow({ target }: Event, act: (layer: LayerView) => void): void {
    const row = target instanceof Element ? target.closest<HTMLElement>('.row') : null;
    const layer = this.model?.layers[Number(row?.dataset['place'])];
    if (layer !== undefined) {
      act(layer);
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.element) {
      return;
    }
    const layers = this.model?.layers ?? [];
    const present = layers[this.selected];
    if (event.key === 'Enter' && present !== undefined) {
      event.preventDefault();
      this.actions.open(present);
      return;
    }
    const page = Math.max(1, Math.floor(this.bodyHeight / ROW_HEIGHT) - 1);
    const row = this.rowOf.get(this.selected) ?? -1;
    const next = rowAfterKey(event.key, row, this.places.length, page);
    const layer = next === undefined ? undefined : layers[this.places[next] ?? -1];
    if (layer !== undefined) {
      event.preventDefault();
      this.choose(layer);
    }
  }
}

/** The start of a name is cut where the column is narrow, the end is not. */
function nameSpans(name: string): Node[] {
  const { start, end } = nameParts(name);
  return [element('span', { class: 'start' }, start), element('span', { class: 'end' }, end)];
}

function countText(count: number | null, format: (count: number) => string): string {
  return count === null ? '?' : count === 0 ? '–' : format(count);
}

function idOf(place: number): string {
  return `layer-${place}`;
}
