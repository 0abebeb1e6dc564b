/** The photo of the map that is pointed at: its picture and what is known of it, beside the dot and in words. */

import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import type { SetThumbnails } from '../../common/setThumbnails.js';
import type { Point } from './lasso.js';
import type { SetPhotos } from './setPhotos.js';

const SIDE = 96;
/** CSS pixels between the dot and the card. */
const GAP = 14;

export class PointedPhoto {
  private readonly canvas = element('canvas', { 'aria-hidden': 'true', width: 1, height: 1 });
  private readonly lines = element('div', { class: 'lines' });
  readonly element = element(
    'div',
    { class: 'pointed', hidden: true, 'aria-hidden': 'true' },
    this.canvas,
    this.lines,
  );
  /** The same for a screen reader. */
  readonly spoken = element('p', { class: 'spoken', role: 'status' });

  constructor(
    private readonly thumbnails: SetThumbnails,
    private readonly className: (index: number) => string,
  ) {}

  /** @param value the mean activation of the map that colours the dots */
  show(
    store: string,
    photos: SetPhotos,
    place: number | undefined,
    at: Point,
    value: number | undefined,
  ): void {
    this.element.hidden = place === undefined;
    if (place === undefined) {
      this.spoken.textContent = '';
      return;
    }
    const predicted = photos.predicted(place);
    const taken =
      predicted &&
      l10n('taken for {0} ({1})', this.className(predicted.index), percent(predicted.probability));
    const answer = photos.answer(place);
    const lines = [
      photos.path(place),
      photos.label(place) ?? l10n('no label'),
      taken === undefined ? '' : answer === 'wrong' ? `${taken}: ${l10n('wrong')}` : taken,
      value === undefined ? '' : l10n('activation {0}', short(value)),
    ].filter((line) => line !== '');
    this.lines.replaceChildren(...lines.map((line) => element('div', {}, line)));
    this.spoken.textContent = lines.join(', ');
    this.canvas.width = 1;
    void this.thumbnails.draw(store, photos.photo(place), this.canvas, SIDE);
    const stage = this.element.parentElement;
    const { offsetWidth, offsetHeight } = this.element;
    const [width, height] = [stage?.clientWidth ?? 0, stage?.clientHeight ?? 0];
    const left = at.x + GAP + offsetWidth > width ? at.x - GAP - offsetWidth : at.x + GAP;
    this.element.style.left = `${Math.max(0, left)}px`;
    this.element.style.top = `${Math.max(0, Math.min(height - offsetHeight, at.y - offsetHeight / 2))}px`;
  }
}
