/** Choosing among the photos by their pictures. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { PhotoView } from '../../src/protocol/view.js';
import { element, icon } from './dom.js';
import { TileGrid } from './grid.js';
import { l10n } from './host.js';

const SIDE = 72;
const ICON_SIDE = 18;

/** Small pictures of photos, fetched once. */
export class Thumbnails {
  private readonly kept = new Map<string, Promise<ImageBitmap>>();

  constructor(private readonly client: Client<EveryPanelRequests, EveryPanelEvents>) {}

  /** Draws the photo's thumbnail into a square of `side` CSS pixels; a photo that cannot be read leaves it empty. */
  draw(photo: string, canvas: HTMLCanvasElement, side: number): void {
    const bitmap = this.kept.get(photo) ?? this.fetch(photo);
    this.kept.set(photo, bitmap);
    bitmap
      .then(({ width, height }) => {
        const factor = side / Math.max(width, height);
        canvas.width = Math.round(width * factor * window.devicePixelRatio);
        canvas.height = Math.round(height * factor * window.devicePixelRatio);
        canvas.style.width = `${Math.round(width * factor)}px`;
        canvas.style.height = `${Math.round(height * factor)}px`;
        return bitmap;
      })
      .then(
        (image) => {
          canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
        },
        () => {
          // Whoever uses the photo says what is wrong with it.
          this.kept.delete(photo);
        },
      );
  }

  private async fetch(photo: string): Promise<ImageBitmap> {
    const png = await this.client.request('thumbnail', { photo });
    return createImageBitmap(new Blob([png], { type: 'image/png' }));
  }
}

/** A button with the chosen photo that opens all of them. */
export class PhotoPicker {
  private readonly thumbnail = element('canvas', { 'aria-hidden': 'true' });
  private readonly name = element('span', { class: 'name' });
  private readonly button = element(
    'button',
    {
      type: 'button',
      class: 'photo-button',
      'aria-haspopup': 'dialog',
      onclick: () => {
        this.open();
      },
    },
    this.thumbnail,
    this.name,
    icon('chevron-down'),
  );
  private readonly grid: TileGrid;
  private readonly popup: HTMLElement;
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
          this.thumbnails.draw(photo.id, canvas, side);
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
        this.popup.hidePopover();
      },
    });
    const add = (): void => {
      this.popup.hidePopover();
      void client.request('addPhotos', null);
    };
    this.popup = element(
      'div',
      {
        class: 'photo-popup',
        popover: 'auto',
        role: 'dialog',
        'aria-label': l10n('Photos'),
        ontoggle: (event) => {
          if ((event as ToggleEvent).newState === 'closed') {
            this.button.focus();
          }
        },
      },
      this.grid.element,
      element('vscode-button', { icon: 'add', secondary: true, onclick: add }, l10n('Add Photos…')),
    );
    this.element = element(
      'div',
      { class: 'control' },
      element('span', { 'aria-hidden': 'true' }, l10n('Photo')),
      this.button,
      this.popup,
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
    this.button.setAttribute('aria-label', `${l10n('Photo')}: ${this.name.textContent}`);
    this.thumbnail.hidden = photo === undefined;
    if (photo !== undefined) {
      this.thumbnails.draw(photo.id, this.thumbnail, ICON_SIDE);
    }
  }

  private open(): void {
    const { left, bottom } = this.button.getBoundingClientRect();
    this.popup.showPopover();
    const most = Math.max(0, document.documentElement.clientWidth - this.popup.offsetWidth - 8);
    this.popup.style.left = `${Math.min(left, most)}px`;
    this.popup.style.top = `${bottom + 2}px`;
    this.grid.element.focus();
  }
}
