/** The layers as a table, under the modules that they belong to; only the rows in sight exist. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import { ancestorsOf } from '../../../src/protocol/groupPath.js';
import type { LayerView, ModelView } from '../../../src/protocol/view.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { columnLayout, withWidth } from './columnLayout.js';
import type { ChosenWidths, ColumnLayout } from './columnLayout.js';
import type { ColumnKey } from './columns.js';
import { whole } from '../../common/counts.js';
import { setLayerContext } from './layerContext.js';
import { LayerTree, plainRows, rowKey, treeStep, withFolded } from './layerTree.js';
import type { LayerRow, TableRow } from './layerTree.js';
import { lettersOf } from './names.js';
import { LayerFilter, NETWORK_ORDER, nextSort, sorted } from './rows.js';
import type { Sort } from './rows.js';
import { rowAfterKey, rowWindow, scrollToRow } from '../../common/rowWindow.js';
import { tableColumns, tableText } from './tableColumns.js';
import { TableHead } from './tableHead.js';
import { FOLD_MARK, groupRowElement, INDENT, layerRowElement } from './tableRows.js';

/** What the user has made of the table; kept over a reload of the VS Code window. */
export interface TableState {
  readonly sort: Sort;
  /** Module paths of the groups that are closed. */
  readonly folded: readonly string[];
  readonly widths: ChosenWidths;
}

export interface TableActions {
  select(layer: LayerView): void;
  /** Enter or a double click. */
  open(layer: LayerView): void;
  changed(state: Partial<TableState>): void;
}

const ROW_HEIGHT = 24;
const HEAD_HEIGHT = 28;
/** Width of an average letter, as a share of the font's size. */
const LETTER = 0.6;

export class LayerTable {
  private readonly columns = tableColumns();
  private readonly head: TableHead;
  private readonly body = element('div', { class: 'body', role: 'rowgroup' });
  private readonly none = element('p', { class: 'muted none', hidden: true }, l10n('No layer matches.'));
  readonly element: HTMLElement;
  /** Folds every group, or unfolds them all; hidden where there are none to fold. */
  readonly foldButton = element('vscode-toolbar-button', {
    class: 'fold-all',
    onclick: () => {
      this.setFolded(this.isAnyOpen ? new Set(this.tree.groups) : new Set());
    },
  });
  private readonly existing = new Map<string, HTMLElement>();
  private model: ModelView | undefined;
  private tree = new LayerTree([]);
  private filter = new LayerFilter([]);
  private query = '';
  private places: readonly number[] = [];
  private rows: readonly TableRow[] = [];
  private indexOf = new Map<string, number>();
  private troubled = new Map<string, string>();
  private needs = { place: 0, name: 0 };
  private sort: Sort;
  private folded: ReadonlySet<string>;
  private widths: ChosenWidths;
  /** Place of the selected layer, -1 for none. */
  private selected = -1;
  /** Key of the row that the keyboard is on: the selected layer's, or a group's. */
  private active = '';

  constructor(
    saved: Partial<TableState>,
    private readonly actions: TableActions,
  ) {
    this.sort = saved.sort ?? NETWORK_ORDER;
    this.folded = new Set(saved.folded);
    this.widths = saved.widths ?? {};
    this.head = new TableHead(this.columns, {
      sort: (key) => {
        this.sortBy(key);
      },
      resize: (key, width) => {
        this.resize(key, width);
      },
    });
    this.element = element(
      'div',
      {
        class: 'layer-table',
        role: 'treegrid',
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
          this.onPress(event as PointerEvent);
        },
        ondblclick: ({ target }) => {
          const layer = this.layerOf(this.rowAt(target));
          if (layer !== undefined) {
            actions.open(layer);
          }
        },
      },
      this.head.element,
      this.body,
      this.none,
    );
    this.head.showSort(this.sort);
    new ResizeObserver(() => {
      this.layOut();
      this.show();
    }).observe(this.element);
  }

  /** Places of the layers found, in their order, those in closed groups too. */
  get shown(): readonly number[] {
    return this.places;
  }

  setModel(model: ModelView): void {
    this.model = model;
    this.tree = new LayerTree(model.layers);
    this.filter = new LayerFilter(model.layers);
    // About 8 pixels a digit.
    const digits = whole(model.layers.length).length;
    const letters = lettersOf(model.layers.map(({ name }) => name));
    const size = parseFloat(getComputedStyle(document.body).fontSize);
    const marks = this.tree.depth > 1 ? FOLD_MARK + (this.tree.depth - 1) * INDENT : 0;
    this.needs = {
      place: Math.max(36, 14 + 8 * digits),
      name: Math.round(letters * LETTER * size) + 18 + marks,
    };
    this.troubled = new Map(
      model.problems.flatMap(({ layer, message }) => (layer === null ? [] : [[layer, message]])),
    );
    this.layOut();
    this.arrange();
  }

  setQuery(query: string): void {
    this.query = query;
    this.arrange();
  }

  /**
   * Marks a layer, by its place in the network, and brings it into sight, out of closed groups too; -1 for none. The
   * first one does not open what the user has closed.
   */
  select(place: number): void {
    const layer = this.model?.layers[place];
    setLayerContext(this.element, this.model?.uri ?? '', layer);
    if (place === this.selected) {
      return;
    }
    const isFirst = this.selected === -1;
    this.selected = place;
    this.active = `layer-${place}`;
    const around = ancestorsOf(layer?.group ?? '');
    if (!isFirst && this.isTree && around.some((group) => this.folded.has(group))) {
      this.setFolded(new Set([...this.folded].filter((group) => !around.includes(group))));
    }
    this.reveal();
    this.show();
  }

  /** The layers found as text that spreadsheets read. */
  text(): string {
    return tableText(this.columns, this.model?.layers ?? [], this.places);
  }

  /** Groups stand in the network's order only, and a search finds layers. */
  private get isTree(): boolean {
    const isInOrder = this.sort.key === 'place' && !this.sort.isDescending;
    return isInOrder && this.query.trim() === '' && this.tree.groups.length > 0;
  }

  private get isAnyOpen(): boolean {
    return this.tree.groups.some((group) => !this.folded.has(group));
  }

  private get bodyHeight(): number {
    return Math.max(0, this.element.clientHeight - HEAD_HEIGHT);
  }

  private arrange(): void {
    const layers = this.model?.layers ?? [];
    this.places = sorted(layers, this.filter.places(this.query), this.sort);
    this.rows = this.isTree ? this.tree.rows(this.folded) : plainRows(this.places);
    this.indexOf = new Map(this.rows.map((row, index) => [rowKey(row), index]));
    this.existing.clear();
    this.body.replaceChildren();
    this.body.style.height = `${this.rows.length * ROW_HEIGHT}px`;
    this.none.hidden = this.rows.length > 0;
    this.element.setAttribute('aria-rowcount', String(this.rows.length + 1));
    this.showFoldButton();
    this.reveal();
    this.show();
  }

  private showFoldButton(): void {
    const { foldButton, isAnyOpen } = this;
    const label = isAnyOpen ? l10n('Collapse all groups') : l10n('Expand all groups');
    foldButton.hidden = !this.isTree;
    foldButton.icon = isAnyOpen ? 'collapse-all' : 'expand-all';
    foldButton.label = label;
    foldButton.title = label;
  }

  private layOut(): void {
    const layout = columnLayout(this.element.clientWidth, this.needs, this.widths);
    this.element.style.setProperty(
      '--columns',
      templateOf(
        layout,
        this.columns.map(({ key }) => key),
      ),
    );
    this.element.style.setProperty('--width', `${layout.total}px`);
    this.element.classList.toggle('no-place', layout.isPlaceHidden);
    for (const { key, count } of this.columns) {
      this.element.classList.toggle(`short-${key}`, count !== undefined && layout.rounded.has(key));
    }
    this.head.showLayout(layout);
  }

  private resize(key: ColumnKey, width: number | null): void {
    this.widths = withWidth(this.widths, key, width);
    this.actions.changed({ widths: this.widths });
    this.layOut();
  }

  /** Brings the active row into sight. */
  private reveal(): void {
    const index = this.indexOf.get(this.active);
    if (index !== undefined && this.element.clientHeight > 0) {
      const { scrollTop } = this.element;
      this.element.scrollTop = scrollToRow(index, scrollTop, this.bodyHeight, ROW_HEIGHT);
    }
  }

  /** Makes the rows in sight, takes the others away, and marks the selected and the active one. */
  private show(): void {
    const { scrollTop } = this.element;
    const { first, end } = rowWindow(scrollTop, this.bodyHeight, ROW_HEIGHT, this.rows.length);
    const needed = new Map(this.rows.slice(first, end).map((row, at) => [rowKey(row), first + at]));
    for (const [key, row] of this.existing) {
      if (!needed.has(key)) {
        row.remove();
        this.existing.delete(key);
      }
    }
    for (const [key, index] of needed) {
      const row = this.rows[index];
      const made = this.existing.get(key) ?? (row && this.addRow(row, index));
      if (row?.kind === 'layer') {
        const isSelected = row.place === this.selected;
        made?.setAttribute('aria-selected', String(isSelected));
        made?.classList.toggle('selected', isSelected);
      }
      made?.classList.toggle('active', key === this.active);
    }
    this.element.setAttribute('aria-activedescendant', this.existing.has(this.active) ? this.active : '');
  }

  private addRow(row: TableRow, index: number): HTMLElement | undefined {
    const { columns, tree } = this;
    const made =
      row.kind === 'group'
        ? groupRowElement(row, tree.sumsOf(row.group), index, columns)
        : this.layerRow(row, index);
    if (made === undefined) {
      return undefined;
    }
    made.style.transform = `translateY(${index * ROW_HEIGHT}px)`;
    this.existing.set(rowKey(row), made);
    this.body.append(made);
    return made;
  }

  private layerRow(row: LayerRow, index: number): HTMLElement | undefined {
    const layer = this.layerOf(row);
    return (
      layer &&
      layerRowElement(row, layer, index, {
        columns: this.columns,
        hasGroups: this.isTree,
        problem: this.troubled.get(layer.name),
      })
    );
  }

  private sortBy(key: ColumnKey): void {
    this.sort = nextSort(this.sort, key);
    this.actions.changed({ sort: this.sort });
    this.head.showSort(this.sort);
    this.arrange();
    // The first rows are what one sorts for, unless the selected one was there.
    this.element.scrollTop = 0;
  }

  private setFolded(folded: ReadonlySet<string>): void {
    this.folded = folded;
    this.actions.changed({ folded: [...folded] });
    this.arrange();
  }

  private layerOf(row: TableRow | undefined): LayerView | undefined {
    return row?.kind === 'layer' ? this.model?.layers[row.place] : undefined;
  }

  private rowAt(target: EventTarget | null): TableRow | undefined {
    const row = target instanceof Element ? target.closest('.row') : null;
    return this.rows[this.indexOf.get(row?.id ?? '') ?? -1];
  }

  private onPress({ target, button }: PointerEvent): void {
    const row = this.rowAt(target);
    if (row === undefined) {
      return;
    }
    this.go(row);
    if (row.kind === 'group' && button === 0) {
      this.setFolded(withFolded(this.folded, row.group, row.isOpen));
    }
  }

  private go(row: TableRow): void {
    this.active = rowKey(row);
    const layer = this.layerOf(row);
    if (layer === undefined) {
      // The context menu is about layers.
      setLayerContext(this.element, this.model?.uri ?? '', undefined);
    } else {
      this.actions.select(layer);
    }
    this.reveal();
    this.show();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.target !== this.element || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const { key } = event;
    const at = this.indexOf.get(this.active) ?? -1;
    const layer = this.layerOf(this.rows[at]);
    const step = this.isTree ? treeStep(key, this.rows, at) : undefined;
    if (key === 'Enter' && layer !== undefined) {
      event.preventDefault();
      this.actions.open(layer);
    } else if (step !== undefined && 'group' in step) {
      event.preventDefault();
      this.setFolded(withFolded(this.folded, step.group, step.isFolded));
    } else {
      const page = Math.max(1, Math.floor(this.bodyHeight / ROW_HEIGHT) - 1);
      const next = this.rows[step?.to ?? rowAfterKey(key, at, this.rows.length, page) ?? -1];
      if (next !== undefined) {
        event.preventDefault();
        this.go(next);
      }
    }
  }
}

/** `grid-template-columns` of a layout. */
function templateOf({ widths, isPlaceHidden }: ColumnLayout, keys: readonly ColumnKey[]): string {
  return keys
    .filter((key) => key !== 'place' || !isPlaceHidden)
    .map((key) => `${widths[key]}px`)
    .join(' ');
}
