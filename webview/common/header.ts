/** The top of every panel: which model, which layer, which photo, and how the photo is prepared. */

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { LayerView, ModelView, SelectionView } from '../../src/protocol/view.js';
import { select } from './controls.js';
import { element } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';
import { PhotoPicker } from './photoPicker.js';
import { PreprocessingChip } from './preprocessing.js';

export interface HeaderParts {
  /** Whether the user chooses a layer, a photo here. */
  readonly layer: boolean;
  readonly photo: boolean;
  /** Where the user chooses an index of photos. */
  readonly index?: HTMLElement | undefined;
}

export class Header {
  /** Seen on the tab of the page, so that here it is only spoken. */
  private readonly model = element('h1', { class: 'spoken' });
  private readonly provider = element('span', { class: 'provider muted' });
  private readonly layer;
  private readonly photo: PhotoPicker;
  private readonly preprocessing: PreprocessingChip;
  private listed: readonly LayerView[] = [];
  readonly element: HTMLElement;

  constructor(client: Client<EveryPanelRequests, EveryPanelEvents>, errors: ErrorLine, parts: HeaderParts) {
    const choose = (layer: string): void => void client.request('selectLayer', { layer });
    this.layer = select<string>(l10n('Layer'), [], '', choose, true);
    this.photo = new PhotoPicker(client);
    this.preprocessing = new PreprocessingChip(client, errors);
    this.element = element(
      'header',
      {},
      element(
        'div',
        { class: 'what' },
        this.model,
        parts.layer && this.layer.element,
        parts.photo && this.photo.element,
        parts.index ?? null,
        this.preprocessing.element,
        this.provider,
      ),
      this.preprocessing.formPlace,
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
