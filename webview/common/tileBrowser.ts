/**
 * Looking through the kernels or the maps of a layer: small pictures to sort and to zoom, a chart of all of them
 * below, and the chosen one large beside.
 */

import type { Picture } from '../../src/protocol/view.js';
import { fitSize, paint } from './canvas.js';
import { select, slider } from './controls.js';
import type { Choice } from './controls.js';
import { element } from './dom.js';
import { TileGrid } from './grid.js';
import type { Mark } from './grid.js';
import type { Section } from './gridLayout.js';
import type { SavedState } from './host.js';
import { l10n } from './host.js';

/** What is kept over a reload of the window. */
export interface KeptBrowsing<SortBy extends string> {
  /** The chosen item. */
  readonly item: number;
  readonly sortBy: SortBy;
  /** Side of the tiles in CSS pixels; left out until the user zooms. */
  readonly side: number;
}

export interface TileBrowserOptions<SortBy extends string> {
  /** What the tiles are. */
  readonly label: string;
  readonly kept: SavedState<KeptBrowsing<SortBy>>;
  /** The items that are shown, in their order. */
  arrange(sortBy: SortBy): readonly Section[];
  picture(item: number): Picture;
  /** For a screen reader, and on hover. */
  describe(item: number): string;
  marks(item: number): readonly Mark[];
  /** Shows the chosen item large. */
  showDetail(item: number): void;
  /** Enter or a double click on a tile. */
  activate(item: number): void;
}

/** A layer's items. */
export interface Browsed<SortBy extends string> {
  readonly count: number;
  /** The layer in a line. */
  readonly summary: string;
  /** The first one where the one kept is not among them. */
  readonly sortChoices: readonly [Choice<SortBy>, ...Choice<SortBy>[]];
  /** Side of the tiles that suits them. */
  readonly side: number;
}

/** What the panel itself puts around the tiles. */
export interface BrowserParts {
  /** Further controls of the tool bar. */
  readonly controls: readonly HTMLElement[];
  readonly chart: HTMLElement;
  readonly detail: HTMLElement;
}

export class TileBrowser<SortBy extends string> {
  private readonly sort;
  private readonly zoom;
  private readonly grid: TileGrid;
  private readonly summary = element('div', { class: 'summary' });
  private shownSections: readonly Section[] = [];
  private count = 0;
  private item: number;

  constructor(private readonly options: TileBrowserOptions<SortBy>) {
    const { kept } = options;
    const { item = 0, side = 64 } = kept.get();
    this.item = item;
    this.sort = select<string>(l10n('Sort by'), [], '', (sortBy) => {
      kept.update({ sortBy: sortBy as SortBy });
      this.arrange();
    });
    this.zoom = slider(
      l10n('Zoom'),
      { min: 16, max: 256, step: 4 },
      side,
      (pixels) => `${pixels} px`,
      (pixels) => {
        kept.update({ side: pixels });
        this.arrange();
      },
    );
    this.grid = new TileGrid({
      label: options.label,
      draw: (at, canvas, tileSide) => {
        const picture = options.picture(at);
        paint(canvas, picture, fitSize(picture.width, picture.height, tileSide));
      },
      caption: String,
      describe: (at) => options.describe(at),
      marks: (at) => options.marks(at),
      onSelect: (at) => {
        this.choose(at);
      },
      onActivate: (at) => {
        options.activate(at);
      },
    });
  }

  /** The chosen item. */
  get chosen(): number {
    return this.item;
  }

  get sections(): readonly Section[] {
    return this.shownSections;
  }

  /** The items that are shown, in their order. */
  get order(): readonly number[] {
    return this.shownSections.flatMap(({ items }) => items);
  }

  /** What goes into the panel. */
  elements({ controls, chart, detail }: BrowserParts): readonly HTMLElement[] {
    return [
      element('div', { class: 'toolbar' }, this.sort.element, this.zoom.element, ...controls),
      this.summary,
      element(
        'div',
        { class: 'split' },
        element('div', { class: 'overview' }, this.grid.element, chart),
        detail,
      ),
    ];
  }

  /** Shows the items of another layer, or on another photo; the chosen one stays as far as there are as many. */
  show({ count, summary, sortChoices, side }: Browsed<SortBy>): void {
    const { kept } = this.options;
    this.count = count;
    this.item = this.nearest(this.item);
    const { sortBy, side: zoomed } = kept.get();
    const chosen = sortChoices.find(({ value }) => value === sortBy) ?? sortChoices[0];
    this.sort.setChoices(sortChoices, chosen.value);
    this.summary.textContent = summary;
    if (zoomed === undefined) {
      this.zoom.value = side;
    }
    this.arrange();
  }

  /** Arranges the tiles again, after what is shown or its order changed. */
  arrange(): void {
    this.shownSections = this.options.arrange(this.sort.value as SortBy);
    this.grid.setItems(this.shownSections, this.zoom.value);
    this.select();
  }

  /** Draws the tiles in sight again, after their pictures changed. */
  redraw(): void {
    this.grid.redraw();
  }

  /** Draws tiles and chosen item again, after their colours changed. */
  redrawAll(): void {
    this.redraw();
    this.options.showDetail(this.item);
  }

  choose(item: number): void {
    this.item = this.nearest(item);
    this.options.kept.update({ item: this.item });
    this.select();
  }

  private select(): void {
    this.grid.select(this.item);
    this.options.showDetail(this.item);
  }

  private nearest(item: number): number {
    return Math.max(0, Math.min(item, this.count - 1));
  }
}
