/** The chosen photo of a map, whole, and where one can look at it closer. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { PanelName } from '../../../src/protocol/panels/registry.js';
import type { TopLayerView, TopPhotoView } from '../../../src/protocol/panels/topPhotos.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';

type ShownIn = Extract<PanelName, 'projection' | 'featureMaps' | 'occlusion' | 'predictions'>;

export interface PhotoActions {
  /** Shows another panel on a photo of the index, and on the map where the panel shows maps. */
  open(photo: number, panel: ShownIn, map: number): void;
  /** The photo small, as an image that can be shown. */
  thumbnail(photo: number): Promise<ImageBitmap>;
}

/** Longer side of the photo in CSS pixels. */
const SIDE = 96;

export class PhotoLine {
  private readonly canvas = element('canvas', { role: 'img' });
  private readonly name = element('div', { class: 'name' });
  private readonly about = element('div', { class: 'muted' });
  private readonly buttons: readonly { readonly panel: ShownIn; readonly button: HTMLElement }[];
  readonly element: HTMLElement;
  private photo: TopPhotoView | undefined;
  private map = 0;
  private isOfMaps = true;

  constructor(private readonly actions: PhotoActions) {
    const button = (panel: ShownIn, icon: string, text: string): { panel: ShownIn; button: HTMLElement } => ({
      panel,
      button: element(
        'vscode-button',
        {
          icon,
          secondary: true,
          onclick: () => {
            if (this.photo !== undefined) {
              actions.open(this.photo.photo, panel, this.map);
            }
          },
        },
        text,
      ),
    });
    this.buttons = [
      button('projection', 'target', l10n('Projection')),
      button('featureMaps', 'layers', l10n('Feature Maps')),
      button('occlusion', 'inspect', l10n('Occlusion')),
      button('predictions', 'graph', l10n('Predictions')),
    ];
    this.element = element(
      'div',
      { class: 'photo-line', hidden: true },
      this.canvas,
      element('div', { class: 'about' }, this.name, this.about),
      element('div', { class: 'buttons' }, ...this.buttons.map((each) => each.button)),
    );
  }

  /** @param hasMaps whether other panels can show the layer's maps: fully connected layers have none */
  setLayer({ rows, columns }: Pick<TopLayerView, 'rows' | 'columns'>, hasMaps: boolean): void {
    this.isOfMaps = hasMaps && rows * columns > 1;
    for (const { panel, button } of this.buttons) {
      button.hidden = (panel === 'projection' || panel === 'featureMaps') && !this.isOfMaps;
    }
    this.element.hidden = true;
  }

  show(photo: TopPhotoView | undefined, map: number): void {
    this.photo = photo;
    this.map = map;
    this.element.hidden = photo === undefined;
    if (photo === undefined) {
      return;
    }
    const { path, label, value, row, column } = photo;
    this.name.textContent = path;
    this.name.title = path;
    const place = this.isOfMaps ? l10n('row {0}, column {1}', row, column) : '';
    this.about.textContent = [label ?? '', l10n('activation {0}', short(value)), place]
      .filter((text) => text !== '')
      .join(' · ');
    this.canvas.setAttribute('aria-label', l10n('The photo {0}', path));
    void this.draw(photo);
  }

  /** What Enter and a double click do. */
  activate({ photo }: TopPhotoView, map: number): void {
    this.actions.open(photo, this.isOfMaps ? 'projection' : 'occlusion', map);
  }

  private async draw({ photo }: TopPhotoView): Promise<void> {
    this.canvas.style.width = '0';
    this.canvas.style.height = '0';
    // Of a photo that cannot be read the places above say so.
    const image = await this.actions.thumbnail(photo).catch(() => undefined);
    if (image === undefined || this.photo?.photo !== photo) {
      return;
    }
    const factor = SIDE / Math.max(image.width, image.height);
    const [width, height] = [image.width * factor, image.height * factor];
    this.canvas.width = Math.round(width * window.devicePixelRatio);
    this.canvas.height = Math.round(height * window.devicePixelRatio);
    this.canvas.style.width = `${Math.round(width)}px`;
    this.canvas.style.height = `${Math.round(height)}px`;
    this.canvas.getContext('2d')?.drawImage(image, 0, 0, this.canvas.width, this.canvas.height);
  }
}
