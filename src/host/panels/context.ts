/** What the host side of every panel works with. */

import type { FeatureMaps } from '../../core/analysis/photo/featureMaps.js';
import { featureMaps } from '../../core/analysis/photo/featureMaps.js';
import { findLayer } from '../../core/network/layers.js';
import type { Layer } from '../../core/network/layers.js';
import type { PanelName } from '../../protocol/panels/registry.js';
import type { PreparedPhoto } from '../background/requests.js';
import type { ModelFile, OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';

/** Shows a panel of a model. */
export interface ShowRequest {
  /** True leaves the focus where it is. */
  readonly keepsFocus?: boolean;
  readonly layer?: string | undefined;
  readonly channel?: number | undefined;
}

export interface PanelContext extends Services {
  /** The panel's model, which need not be the active one. */
  readonly file: ModelFile;
  /** Shows another panel of the same model. */
  readonly open: (panel: PanelName, show: ShowRequest) => Promise<void>;
}

/** The model, one of its layers, and a photo ready for it. */
export interface LayerOnPhoto extends PreparedPhoto {
  readonly model: OpenModel;
  readonly layer: Layer;
}

/** @throws UserError where the model, the layer or the photo cannot be had */
export async function layerOnPhoto(
  { file, prepared }: PanelContext,
  layer: string,
  photo: string,
): Promise<LayerOnPhoto> {
  const model = await file.get();
  return {
    model,
    layer: findLayer(model.network.layers, layer),
    ...(await prepared.prepare(model, photo)),
  };
}

/** Gives the feature maps of a layer on a photo. */
export type MapsSource = (of: LayerOnPhoto, signal: AbortSignal) => Promise<FeatureMaps>;

/** A source that keeps the last maps: a panel asks for the same ones with every unit that is picked. */
export function mapsSource({ engine }: PanelContext): MapsSource {
  let last: { readonly of: LayerOnPhoto; readonly maps: FeatureMaps } | undefined;
  return async (of, signal) => {
    if (last?.of.layer !== of.layer || last.of.tensor !== of.tensor) {
      const maps = await featureMaps(engine, of.model.network, of.tensor, of.layer, { signal });
      last = { of, maps };
    }
    return last.maps;
  };
}
