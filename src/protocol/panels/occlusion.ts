/** Which part of the photo the answer hangs on. */

import type { EveryPanelRequests } from '../everyPanel.js';
import type { Picture } from '../view.js';
import type { PredictionView } from './predictions.js';

/** One value a position, row by row; NaN (or -1 for labels) where it is not computed yet. */
export interface OcclusionView {
  readonly rows: number;
  readonly columns: number;
  readonly size: number;
  readonly stride: number;
  readonly classIndex: number;
  readonly baseline: number;
  readonly probability: Float32Array;
  readonly label: Int32Array;
  readonly activity: Float32Array;
  readonly map: { readonly layer: string; readonly channel: number; readonly baseline: number } | null;
  readonly finished: number;
  /** For each position the computed one that stands in for it, itself once it is computed; -1 for none. */
  readonly nearest: Int32Array;
  /** The classes that are most probable somewhere, most frequent first, with their shares of what is computed. */
  readonly legend: readonly { readonly classIndex: number; readonly share: number }[];
}

export interface OcclusionParams {
  readonly photo: string;
  /** null for the class predicted without an occluder. */
  readonly classIndex: number | null;
  readonly size: number;
  readonly stride: number;
  readonly fill: 'grey' | 'mean' | 'zero';
  /** The whole network at every position, or only what the square can reach; the same result to rounding. */
  readonly method: 'auto' | 'plain' | 'incremental';
}

export interface OcclusionRequests extends EveryPanelRequests {
  /** The whole sweep; what is computed so far comes as partial results. */
  occlude: { params: OcclusionParams; partial: OcclusionView; result: OcclusionView };
  /** The strongest map's projection: the second panel of the paper's figure 7. */
  mapProjection: {
    params: { photo: string; layer: string; channel: number };
    result: {
      readonly picture: Picture;
      /** [1, C, H, W] of the input. */
      readonly shape: readonly number[];
      readonly values: Float32Array;
      /** The absolute value at full contrast. */
      readonly limit: number;
    };
  };
  photo: { params: { photo: string }; result: Picture };
  /** What the network says to the photo with the occluder at one place. */
  occludedPrediction: {
    params: OcclusionParams & { readonly top: number; readonly left: number };
    result: OccludedView;
  };
}

export interface OccludedView {
  /** Red, green and blue of the occluder as the network sees it, 0 to 255. */
  readonly fill: readonly number[];
  readonly top: PredictionView['top'];
}
