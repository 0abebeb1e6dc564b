/** The photos that were lassoed: counted by label, and all of them to look through. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import { element } from '../../common/dom.js';
import { TileGrid } from '../../common/grid.js';
import { l10n } from '../../common/host.js';
import type { SetThumbnails } from '../../common/setThumbnails.js';
import { MOST_QUERIES } from './queries.js';
import { NO_PHOTOS } from './setPhotos.js';
import type { SetPhotos } from './setPhotos.js';

export interface SelectedActions {
  ask(photos: readonly number[]): void;
  clear(): void;
  pick(place: number, at: { readonly x: number; readonly y: number }, from: HTMLElement): void;
}

const SIDE = 64;
/** Labels that are counted; what is beyond them is summed up. */
const LABELS = 8;

export class SelectedPhotos {
  private readonly heading = element('h2');
  private readonly counts = element('p', { class: 'muted' });
  private readonly grid: TileGrid;
  private readonly askButton = element('vscode-button', {
    secondary: true,
    onclick: () => {
      this.actions.ask(this.places.slice(0, MOST_QUERIES).map((place) => this.photos.photo(place)));
    },
  });
  readonly element: HTMLElement;
  private photos: SetPhotos = NO_PHOTOS;
  private store = '';
  private places: readonly number[] = [];

  constructor(
    thumbnails: SetThumbnails,
    private readonly actions: SelectedActions,
  ) {
    this.grid = new TileGrid({
      label: l10n('Selected photos'),
      draw: (place, canvas, side) => {
        void thumbnails.draw(this.store, this.photos.photo(place), canvas, side);
      },
      caption: (place) => this.photos.label(place) ?? this.photos.name(place),
      describe: (place) => this.photos.path(place),
      onSelect: () => undefined,
      onActivate: (place) => {
        const { left, bottom } = (
          this.grid.element.querySelector('.tile.selected') ?? this.grid.element
        ).getBoundingClientRect();
        actions.pick(place, { x: left, y: bottom }, this.grid.element);
      },
    });
    const clear = element(
      'vscode-button',
      {
        secondary: true,
        onclick: () => {
          actions.clear();
        },
      },
      l10n('Clear'),
    );
    this.element = element(
      'section',
      { class: 'selected-photos', hidden: true, 'aria-label': l10n('Selected photos') },
      element(
        'div',
        { class: 'title' },
        this.heading,
        element('div', { class: 'buttons' }, this.askButton, clear),
      ),
      this.counts,
      this.grid.element,
    );
  }

  show(store: string, photos: SetPhotos, places: readonly number[]): void {
    Object.assign(this, { store, photos, places });
    this.element.hidden = places.length === 0;
    this.heading.textContent = l10n('{0} photos selected', places.length.toLocaleString());
    this.askButton.textContent =
      places.length > MOST_QUERIES
        ? l10n('Use the First {0} as Queries', MOST_QUERIES)
        : l10n('Use as Queries');
    this.counts.textContent = this.countText();
    this.grid.setItems([{ items: places }], SIDE);
  }

  /** `watch 12, cup 3 and 4 photos with other labels`. */
  private countText(): string {
    const counts = new Map<string, number>();
    for (const place of this.places) {
      const label = this.photos.label(place) ?? l10n('no label');
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
    const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const shown = sorted.slice(0, LABELS).map(([label, count]) => `${label} ${count.toLocaleString()}`);
    const rest = sorted.slice(LABELS);
    const others = rest.reduce((sum, [, count]) => sum + count, 0);
    return rest.length === 0
      ? shown.join(', ')
      : l10n('{0}, and {1} of {2} other labels', shown.join(', '), others.toLocaleString(), rest.length);
  }
}
