/** The top of every panel: which model, which layer, which photo, and how the photo is prepared. */

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { LayerView, ModelView, SelectionView } from '../../src/protocol/view.js';
import { select } from './controls.js';
import { element, icon } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';
import { PhotoPicker } from './photoPicker.js';
import { PreprocessingLine } from './preprocessing.js';

export interface HeaderParts {
  /** Whether the user chooses a layer, a photo here. */
  readonly layer: boolean;
  readonly photo: boolean;
}

export class Header {
  private readonly model = element('span', { class: 'name' });
  private readonly provider = element('span', { class: 'provider muted' });
  private readonly layer;
  private readonly photo: PhotoPicker;
  private readonly preprocessing: PreprocessingLine;
  private listed: readonly LayerView[] = [];
  readonly element: HTMLElement;

  constructor(client: Client<EveryPanelRequests, EveryPanelEvents>, errors: ErrorLine, parts: HeaderParts) {
    const choose = (layer: string): void => void client.request('selectLayer', { layer });
    this.layer = select<string>(l10n('Layer'), [], '', choose, true);
    this.photo = new PhotoPicker(client);
    this.preprocessing = new PreprocessingLine(client, errors);
    this.element = element(
      'header',
      {},
      element(
        'div',
        { class: 'what' },
        element('h1', {}, icon('symbol-structure'), this.model),
        parts.layer && this.layer.element,
        parts.photo && this.photo.element,
        this.provider,
      ),
      this.preprocessing.element,
    );
  }

  /** @param layers those that the panel can show */
  update(
    model: ModelView,
    { photos, photo, preprocessing, provider }: SelectionView,
    layers: readonly LayerView[],
    layer: LayerView | undefined,
  ): void {
    this.model.textContent = model.name;
    this.provider.textContent = provider;
    if (layers !== this.listed) {
      this.listed = layers;
      const choices = layers.map(({ name, operator, output }) => ({
        value: name,
        label: name,
        description: `${operator} ${output}`,
      }));
      this.layer.setChoices(choices, layer?.name ?? '');
    }
    this.layer.value = layer?.name ?? '';
    this.photo.update(photos, photo);
    this.preprocessing.update(preprocessing, model);
  }
}
