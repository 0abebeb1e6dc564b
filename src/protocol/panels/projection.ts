/** What in the photo made a unit answer. */

import type { EveryPanelRequests } from '../everyPanel.js';
import type { Picture } from '../view.js';

/** Which unit's activation is projected. */
export type UnitChoice =
  | { readonly kind: 'strongest' }
  | { readonly kind: 'map'; readonly channel: number }
  | { readonly kind: 'strongestOfMap'; readonly channel: number }
  | { readonly kind: 'unit'; readonly channel: number; readonly y: number; readonly x: number };

export interface ProjectionView {
  readonly layer: string;
  readonly unit: { readonly channel: number; readonly y: number; readonly x: number };
  readonly activation: number;
  /** Part of the input that the unit sees, half-open, in input pixels. */
  readonly window: {
    readonly top: number;
    readonly left: number;
    readonly bottom: number;
    readonly right: number;
  };
  /** Height and width of the layer's receptive field, in input pixels; undefined where it is not known. */
  readonly receptiveField: readonly number[] | undefined;
  /** [1, C, H, W] of the input. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** The projection as colours about mid-grey, and the photo as the network saw it; both of the input's size. */
  readonly projection: Picture;
  /** The absolute value at full contrast, and the share of the values beyond it. */
  readonly contrast: { readonly limit: number; readonly clipped: number };
  readonly photo: Picture;
  /** The strongest maps of the layer on this photo, strongest first. */
  readonly strongest: readonly { readonly channel: number; readonly activation: number }[];
  /** The unit's feature map [H, W], for picking another unit. */
  readonly map: { readonly height: number; readonly width: number; readonly values: Float32Array };
}

export interface ProjectionRequests extends EveryPanelRequests {
  project: {
    params: {
      layer: string;
      photo: string;
      unit: UnitChoice;
      method: 'deconvnet' | 'gradient' | 'guided';
      normalization: 'pass' | 'exact';
      /** Of the absolute values inside the receptive field, at full contrast. */
      percentile: number;
    };
    result: ProjectionView;
  };
  /** The strongest unit whose field covers a point of the photo, in input pixels. */
  unitAt: {
    params: { layer: string; photo: string; y: number; x: number };
    result: { readonly channel: number; readonly y: number; readonly x: number };
  };
}
