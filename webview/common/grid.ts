/** Thousands of small pictures to look through: only those in sight exist; keyboard and screen reader know all. */

import { element, icon } from './dom.js';
import { layOut } from './gridLayout.js';
import type { GridRow, Section } from './gridLayout.js';

/** A remark on a tile, in a picture and in words. */
export interface Mark {
  readonly icon: string;
  readonly text: string;
}

export interface GridOptions {
  /** What the tiles are. */
  readonly label: string;
  /** Draws the item's picture, `side` CSS pixels high at most; asked again when the tile comes back into sight. */
  draw(item: number, canvas: HTMLCanvasElement, side: number): void;
  /** How wide pictures of that height are; as wide as high where left out. */
  widthOf?(side: number): number;
  /** Under the picture. */
  caption(item: number): string;
  /** For a screen reader, and on hover. */
  describe(item: number): string;
  marks?(item: number): readonly Mark[];
  /** The pointer or the keyboard chose an item. @param at where in its picture, as shares of width and height, by pointer */
  onSelect(item: number, at?: { readonly x: number; readonly y: number }): void;
  /** Enter or a double click. */
  onActivate?(item: number): void;
  /** Other tiles are in sight: first those, then those that are kept ready above and below. */
  onSight?(items: readonly number[]): void;
}

const GAP = 6;
const CAPTION = 16;
const MARK = 16;
const HEADING = 28;
/** Rows kept ready above and below what is in sight, in pixels. */
const MARGIN = 300;
let grids = 0;

export class TileGrid {
  private readonly canvasOf = new Map<number, { tile: HTMLElement; canvas: HTMLCanvasElement }>();
  private readonly headings = new Map<number, HTMLElement>();
  private readonly content = element('div', { class: 'content', role: 'presentation' });
  private readonly id = `grid-${grids++}`;
  /** The list itself scrolls. */
  readonly element: HTMLElement;
  private sections: readonly Section[] = [];
  private rows: readonly GridRow[] = [];
  private places = new Map<number, { row: number; column: number; position: number }>();
  private side = 64;
  private hasMarks = false;
  private chosen: number | undefined;
  /** The items that `onSight` has heard of last. */
  private told = '';

  constructor(private readonly options: GridOptions) {
    this.element = element(
      'div',
      {
        class: 'tile-grid',
        role: 'listbox',
        tabindex: 0,
        'aria-label': options.label,
        onscroll: () => {
          this.show();
        },
        onkeydown: (event) => {
          this.onKey(event as KeyboardEvent);
        },
        onclick: (event) => {
          this.onPointer(event, (item, at) => {
            this.choose(item, at);
          });
        },
        ondblclick: (event) => {
          this.onPointer(event, (item) => options.onActivate?.(item));
        },
      },
      this.content,
    );
    new ResizeObserver(() => {
      this.arrange();
    }).observe(this.element);
  }

  /** The chosen item. */
  get selected(): number | undefined {
    return this.chosen;
  }

  /** Shows other items, drawn `side` CSS pixels large. */
  setItems(sections: readonly Section[], side: number): void {
    this.sections = sections;
    this.side = side;
    const { marks } = this.options;
    this.hasMarks = sections.some(({ items }) => items.some((item) => (marks?.(item).length ?? 0) > 0));
    this.told = '';
    this.clear();
    this.arrange();
  }

  /** Draws the pictures of these items again, as far as they are in sight. */
  redrawItems(items: Iterable<number>): void {
    for (const item of items) {
      const tile = this.canvasOf.get(item);
      if (tile !== undefined) {
        this.options.draw(item, tile.canvas, this.side);
      }
    }
  }

  /** Draws every picture in sight again. */
  redraw(): void {
    this.clear();
    this.show();
  }

  /** Chooses an item without telling; it is brought into sight. */
  select(item: number | undefined): void {
    this.mark(this.chosen, false);
    this.chosen = item;
    this.mark(item, true);
    const place = item === undefined ? undefined : this.places.get(item);
    const row = place && this.rows[place.row];
    if (row === undefined) {
      this.element.removeAttribute('aria-activedescendant');
      return;
    }
    const { scrollTop, clientHeight } = this.element;
    if (row.top < scrollTop) {
      this.element.scrollTop = row.top - GAP;
    } else if (row.top + row.height > scrollTop + clientHeight) {
      this.element.scrollTop = row.top + row.height - clientHeight + GAP;
    }
    this.show();
  }

  private choose(item: number, at?: { readonly x: number; readonly y: number }): void {
    this.select(item);
    this.options.onSelect(item, at);
  }

  private get tileWidth(): number {
    // Captions of four digits fit.
    return Math.max(this.options.widthOf?.(this.side) ?? this.side, 36) + 2 * GAP;
  }

  private arrange(): void {
    const { clientWidth } = this.content;
    if (clientWidth === 0) {
      return;
    }
    const tileHeight = this.side + CAPTION + (this.hasMarks ? MARK : 0) + 2 * GAP;
    const columns = Math.max(1, Math.floor(clientWidth / this.tileWidth));
    const layout = layOut(this.sections, columns, tileHeight, HEADING);
    this.rows = layout.rows;
    this.places = new Map();
    let position = 0;
    for (const [row, { items }] of this.rows.entries()) {
      for (const [column, item] of items.entries()) {
        this.places.set(item, { row, column, position: position++ });
      }
    }
    this.content.style.height = `${layout.height}px`;
    this.select(this.chosen);
    this.show();
  }

  private clear(): void {
    this.canvasOf.clear();
    this.headings.clear();
    this.content.replaceChildren();
  }

  /** Makes the tiles in sight, and drops the others. */
  private show(): void {
    const { scrollTop, clientHeight } = this.element;
    const isInSight = ({ top, height }: GridRow): boolean =>
      top + height > scrollTop - MARGIN && top < scrollTop + clientHeight + MARGIN;
    const inSight = new Set<number>();
    const near: number[] = [];
    for (const [place, row] of this.rows.entries()) {
      if (!isInSight(row)) {
        this.headings.get(place)?.remove();
        this.headings.delete(place);
        continue;
      }
      if (row.heading !== undefined) {
        this.showHeading(place, row.heading, row.top);
      }
      for (const [column, item] of row.items.entries()) {
        inSight.add(item);
        const isSeen = row.top + row.height > scrollTop && row.top < scrollTop + clientHeight;
        if (!isSeen) {
          near.push(item);
        }
        const tile = this.canvasOf.get(item)?.tile ?? this.addTile(item);
        tile.style.transform = `translate(${column * this.tileWidth}px, ${row.top}px)`;
      }
    }
    for (const [item, { tile }] of this.canvasOf) {
      if (!inSight.has(item)) {
        tile.remove();
        this.canvasOf.delete(item);
      }
    }
    const hasActive = this.chosen !== undefined && inSight.has(this.chosen);
    this.element.setAttribute('aria-activedescendant', hasActive ? this.idOf(this.chosen ?? 0) : '');
    this.tellSight(inSight, near);
  }

  private tellSight(inSight: ReadonlySet<number>, near: readonly number[]): void {
    const { onSight } = this.options;
    if (onSight !== undefined) {
      const beyond = new Set(near);
      const items = [...[...inSight].filter((item) => !beyond.has(item)), ...near];
      const key = items.join();
      if (key !== this.told) {
        this.told = key;
        onSight(items);
      }
    }
  }

  private showHeading(place: number, text: string, top: number): void {
    let heading = this.headings.get(place);
    if (heading === undefined) {
      heading = element('div', { class: 'heading', role: 'presentation' }, text);
      this.headings.set(place, heading);
      this.content.append(heading);
    }
    heading.style.transform = `translateY(${top}px)`;
  }

  private addTile(item: number): HTMLElement {
    const { draw, caption, describe, marks } = this.options;
    const found = marks?.(item) ?? [];
    const description = [describe(item), ...found.map(({ text }) => text)].join(', ');
    const canvas = element('canvas', { 'aria-hidden': 'true' });
    const picture = element('div', { class: 'picture' }, canvas);
    const tile = element(
      'div',
      {
        class: 'tile',
        role: 'option',
        id: this.idOf(item),
        'data-item': item,
        'aria-label': description,
        'aria-setsize': this.places.size,
        'aria-posinset': (this.places.get(item)?.position ?? 0) + 1,
        title: description,
      },
      picture,
      element('div', { class: 'caption' }, caption(item)),
      ...found.map((mark) => element('div', { class: 'mark' }, icon(mark.icon), mark.text)),
    );
    tile.style.width = `${this.tileWidth}px`;
    picture.style.height = `${this.side}px`;
    draw(item, canvas, this.side);
    this.canvasOf.set(item, { tile, canvas });
    this.content.append(tile);
    this.mark(item, item === this.chosen);
    return tile;
  }

  private mark(item: number | undefined, isChosen: boolean): void {
    const tile = item === undefined ? undefined : this.canvasOf.get(item)?.tile;
    tile?.setAttribute('aria-selected', String(isChosen));
    tile?.classList.toggle('selected', isChosen);
  }

  private idOf(item: number): string {
    return `${this.id}-${item}`;
  }

  private onPointer(event: Event, act: (item: number, at?: { x: number; y: number }) => void): void {
    const { target } = event;
    const tile = target instanceof Element ? target.closest<HTMLElement>('.tile') : null;
    if (tile?.dataset['item'] === undefined) {
      return;
    }
    if (target instanceof HTMLCanvasElement && event instanceof MouseEvent) {
      const { left, top, width, height } = target.getBoundingClientRect();
      const at = { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
      act(Number(tile.dataset['item']), at);
    } else {
      act(Number(tile.dataset['item']));
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' || event.key === ' ') {
      if (this.chosen !== undefined) {
        event.preventDefault();
        this.options.onActivate?.(this.chosen);
      }
      return;
    }
    const next = this.target(event.key);
    if (next !== undefined) {
      event.preventDefault();
      this.choose(next);
    }
  }

  /** Where a key leads from the chosen item. */
  private target(key: string): number | undefined {
    const order = [...this.places.keys()];
    const place = this.chosen === undefined ? undefined : this.places.get(this.chosen);
    if (key === 'Home' || (place === undefined && key.startsWith('Arrow'))) {
      return order[0];
    }
    if (place === undefined) {
      return undefined;
    }
    const page = Math.max(1, Math.floor(this.element.clientHeight / (this.rows[place.row]?.height ?? 1)) - 1);
    switch (key) {
      case 'ArrowLeft':
        return order[place.position - 1];
      case 'ArrowRight':
        return order[place.position + 1];
      case 'ArrowUp':
        return this.inRow(place, -1);
      case 'ArrowDown':
        return this.inRow(place, 1);
      case 'PageUp':
        return this.inRow(place, -page);
      case 'PageDown':
        return this.inRow(place, page);
      case 'End':
        return order.at(-1);
      default:
        return undefined;
    }
  }

  /** The item `by` rows away in the same column, or the nearest one there is. */
  private inRow({ row, column }: { row: number; column: number }, by: number): number | undefined {
    const withTiles = this.rows.filter(({ items }) => items.length > 0);
    const at = withTiles.findIndex((each) => each === this.rows[row]);
    const items = withTiles[Math.max(0, Math.min(withTiles.length - 1, at + by))]?.items;
    return items?.[Math.min(column, items.length - 1)];
  }
}
