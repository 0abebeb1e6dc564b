/** How a layer answers the photo. */

import type { EveryPanelRequests } from '../everyPanel.js';
import type { MapStatisticsView, Picture } from '../view.js';

export interface FeatureMapsView {
  readonly layer: string;
  readonly photo: string;
  /** [1, C, H, W]. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  readonly perMap: readonly MapStatisticsView[];
  readonly whole: MapStatisticsView;
  readonly edges: Float32Array;
  readonly counts: Uint32Array;
  readonly dead: readonly number[];
  readonly notFinite: number;
  readonly picture: Picture;
}

export interface MapProjectionView {
  readonly channel: number;
  readonly picture: Picture;
}

export interface FeatureMapsRequests extends EveryPanelRequests {
  featureMaps: { params: { layer: string; photo: string }; result: FeatureMapsView };
  /** The strongest unit of each of the maps projected back, cut to what it sees; all come as parts, in order. */
  projections: {
    params: { layer: string; photo: string; channels: readonly number[] };
    result: null;
    partial: readonly MapProjectionView[];
  };
}
