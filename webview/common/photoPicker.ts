/** Choosing among the photos by their pictures. */

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { PhotoView } from '../../src/protocol/view.js';
import { element } from './dom.js';
import { TileGrid } from './grid.js';
import { l10n } from './host.js';
import { PhotoPopup } from './photoPopup.js';
import { Thumbnails } from './thumbnails.js';

const SIDE = 72;
const ICON_SIDE = 18;

/** A button with the chosen photo that opens all of them. */
export class PhotoPicker {
  private readonly thumbnail = element('canvas', { 'aria-hidden': 'true', width: 1, height: 1 });
  private readonly name = element('span', { class: 'name' });
  private readonly grid: TileGrid;
  private readonly popup: PhotoPopup;
  private readonly thumbnails: Thumbnails;
  readonly element: HTMLElement;
  private photos: readonly PhotoView[] = [];

  constructor(client: Client<EveryPanelRequests, EveryPanelEvents>) {
    this.thumbnails = new Thumbnails(client);
    this.grid = new TileGrid({
      label: l10n('Photos'),
      draw: (item, canvas, side) => {
        const photo = this.photos[item];
        if (photo !== undefined) {
          void this.thumbnails.draw(photo.id, canvas, side);
        }
      },
      caption: (item) => this.photos[item]?.name ?? '',
      describe: (item) => this.photos[item]?.name ?? '',
      onSelect: (item) => {
        const photo = this.photos[item];
        if (photo !== undefined) {
          void client.request('selectPhoto', { photo: photo.id });
        }
      },
      onActivate: () => {
        this.popup.close();
      },
    });
    this.popup = new PhotoPopup(client, {
      label: l10n('Photos'),
      face: [this.thumbnail, this.name],
      list: this.grid.element,
      focused: () => this.grid.element,
    });
    this.element = element(
      'div',
      { class: 'control' },
      element('span', { 'aria-hidden': 'true' }, l10n('Photo')),
      this.popup.button,
      this.popup.element,
    );
  }

  update(photos: readonly PhotoView[], chosen: string | null): void {
    const isSame =
      photos.length === this.photos.length && photos.every(({ id }, at) => id === this.photos[at]?.id);
    this.photos = photos;
    if (!isSame) {
      this.grid.setItems([{ items: [...photos.keys()] }], SIDE);
    }
    const at = photos.findIndex(({ id }) => id === chosen);
    const photo = photos[at];
    this.grid.select(photo && at);
    this.name.textContent = photo?.name ?? l10n('none');
    this.popup.button.setAttribute('aria-label', `${l10n('Photo')}: ${this.name.textContent}`);
    this.thumbnail.hidden = photo === undefined;
    if (photo !== undefined) {
      void this.thumbnails.draw(photo.id, this.thumbnail, ICON_SIDE);
    }
  }
}
