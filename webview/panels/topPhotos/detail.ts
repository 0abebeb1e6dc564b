/** One map: its strongest photos large, what of them excites it, and its numbers. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type {
  TopLayerView,
  TopMapView,
  TopPatchView,
  TopPhotoView,
} from '../../../src/protocol/panels/topPhotos.js';
import { element } from '../../common/dom.js';
import { factRow, factsTable } from '../../common/factsTable.js';
import { l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import { photoHistogram } from './histogram.js';
import { labelBars } from './labelBars.js';
import { PhotoCells } from './photoCells.js';
import { PhotoLine } from './photoLine.js';
import type { PhotoActions } from './photoLine.js';
import { labelOf } from './texts.js';

export interface DetailActions extends PhotoActions {
  /** Shows the maps that answer to a class, or as this one does. */
  showLabel(label: string): void;
  showLike(map: number): void;
  /** Back to the maps. */
  leave(): void;
}

export class Detail {
  private readonly title = element('h2');
  private readonly cells: PhotoCells;
  private readonly line: PhotoLine;
  private readonly like = element(
    'vscode-button',
    { secondary: true, icon: 'list-filter' },
    l10n('Maps Like This One'),
  );
  private readonly bars = element('div');
  private readonly facts = element('div');
  private readonly histogram = photoHistogram(() => this.view?.histogram ?? []);
  readonly element: HTMLElement;
  private view: TopMapView | undefined;
  private map = 0;

  constructor(
    private readonly actions: DetailActions,
    saving: HTMLElement,
  ) {
    this.line = new PhotoLine(actions);
    this.cells = new PhotoCells({
      choose: (rank) => {
        this.choose(rank);
      },
      activate: (rank) => {
        const photo = this.photoAt(rank);
        if (photo !== undefined) {
          this.line.activate(photo, this.map);
        }
      },
      leave: () => {
        actions.leave();
      },
    });
    this.like.addEventListener('click', () => {
      actions.showLike(this.map);
    });
    this.element = element(
      'section',
      { class: 'detail', 'aria-label': l10n('Selected map') },
      element('div', { class: 'title' }, this.title, saving),
      ...this.cells.elements,
      this.line.element,
      element('h3', {}, l10n('Mean activation by class')),
      this.bars,
      element('div', {}, this.like),
      this.facts,
      element('h3', {}, l10n('Photos by their largest activation')),
      this.histogram.element,
    );
  }

  /** Side of a picture in the screen's pixels. */
  get side(): number {
    return this.cells.side;
  }

  /** Shows another map, whose pictures and numbers are still to come. */
  show(layer: TopLayerView, map: number, hasMaps: boolean): void {
    if (map !== this.map) {
      this.view = undefined;
    }
    this.map = map;
    this.title.textContent = l10n('Map {0} of {1}', map, layer.layer);
    this.cells.clear(layer);
    this.line.setLayer(layer, hasMaps);
    this.like.hidden = layer.labels.length < 2;
    this.showFacts(layer);
  }

  showNumbers(layer: TopLayerView, view: TopMapView): void {
    this.view = view;
    this.cells.setPhotos(view.photos);
    this.bars.replaceChildren(
      ...labelBars(view.byLabel, (label) => {
        this.actions.showLabel(label);
      }),
    );
    this.showFacts(layer);
    this.histogram.draw(
      l10n('How many of {0} photos have which largest activation of map {1}', layer.photos, view.map),
    );
    this.choose(Math.min(this.cells.chosen, Math.max(1, view.photos.length)));
  }

  addPictures(views: readonly TopPatchView[]): void {
    this.cells.add(views);
  }

  /** Chooses one of the photos. @param rank from 1 */
  choose(rank: number): void {
    this.cells.choose(rank);
    const photo = this.photoAt(rank);
    if (this.view !== undefined) {
      this.line.show(photo, this.map);
    }
  }

  focus(): void {
    this.cells.focus();
  }

  private photoAt(rank: number): TopPhotoView | undefined {
    return this.view?.photos.find((photo) => photo.rank === rank);
  }

  private showFacts(layer: TopLayerView): void {
    const { map } = this;
    const label = labelOf(layer, map);
    const selectivity = layer.selectivity[map] ?? NaN;
    const notFinite = this.view?.notFinite ?? 0;
    this.facts.replaceChildren(
      factsTable(
        factRow(l10n('photos answered'), percent(layer.answers[map] ?? NaN)),
        factRow(l10n('largest'), short(layer.largest[map] ?? NaN)),
        factRow(l10n('mean'), short(layer.mean[map] ?? NaN)),
        factRow(l10n('zeros (sparsity)'), percent(layer.zeros[map] ?? NaN)),
        ...(label === undefined ? [] : [factRow(l10n('answers most'), label)]),
        ...(Number.isNaN(selectivity) ? [] : [factRow(l10n('selectivity'), selectivity.toFixed(3))]),
        ...(notFinite > 0 ? [factRow(l10n('photos with NaN or infinity'), String(notFinite))] : []),
      ),
    );
  }
}
