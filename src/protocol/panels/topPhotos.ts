/** What of many photos excites each map of a layer most. */

import type { SetPanelRequests } from '../setPanel.js';
import type { Picture } from '../view.js';

/**
 * Which maps come first, as `unpool top` has it: by the layer's own order, by the largest value, by how few photos they
 * answer, by how much they answer one label alone (`label`, else whichever it is), by how they tell two labels apart, by how
 * they answer labels as `map` does.
 */
export type TopOrder =
  | { readonly by: 'index' }
  | { readonly by: 'strength' | 'deadness' }
  | { readonly by: 'selectivity'; readonly label?: string | undefined }
  | { readonly by: 'contrast'; readonly labels: readonly [string, string] }
  | { readonly by: 'likeness'; readonly map: number };

/** A layer of an index of photos. Numbers are one a map, NaN where they have no meaning. */
export interface TopLayerView {
  readonly store: string;
  readonly layer: string;
  readonly maps: number;
  /** Of a map; 1 and 1 in layers without places. */
  readonly rows: number;
  readonly columns: number;
  /** Photos that are in the index. */
  readonly photos: number;
  /** Photos kept of each map. */
  readonly strongest: number;
  /** Side in the input's pixels of a square that holds what any unit of the layer sees. */
  readonly field: number;
  /** Labels of the photos, in rising order. */
  readonly labels: readonly string[];
  /** Mean and largest activation. */
  readonly mean: Float64Array;
  readonly largest: Float64Array;
  /** Share of the values that are zero, and of the photos that the map answers. */
  readonly zeros: Float64Array;
  readonly answers: Float64Array;
  /** Place of the label that the map answers most, -1 where there is none, and how much it answers that one alone. */
  readonly label: Int32Array;
  readonly selectivity: Float64Array;
}

/** The maps in an order, and what they are ordered by: NaN where that has no meaning for a map. */
export interface OrderedMapsView {
  readonly maps: Int32Array;
  readonly values: Float64Array;
}

/** A place of a map: what its unit sees, and, once it is there, what of it excites the unit. */
export interface TopPatchView {
  readonly map: number;
  /** From 1, the strongest. */
  readonly rank: number;
  /** Of what the unit sees, in the input's pixels; pictures may have fewer. */
  readonly width: number;
  readonly height: number;
  readonly patch: Picture | null;
  readonly projection: Picture | null;
  /** Why there is neither. */
  readonly problem: string | null;
}

/** One of a map's strongest photos. */
export interface TopPhotoView {
  readonly rank: number;
  /** Its number in the set. */
  readonly photo: number;
  readonly path: string;
  readonly label: string | null;
  readonly value: number;
  /** Place of the unit in the map. */
  readonly row: number;
  readonly column: number;
}

export interface TopMapView {
  readonly map: number;
  readonly photos: readonly TopPhotoView[];
  /** Photos by the map's largest value on them; the outermost bins may be open, to -Infinity and Infinity. */
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly photos: number }[];
  /** Mean activation over the photos of each label, the largest first. */
  readonly byLabel: readonly { readonly label: string; readonly mean: number }[];
  /** Photos that are in none of the numbers, since the map had NaN or infinity. */
  readonly notFinite: number;
}

export interface TopPhotosRequests extends SetPanelRequests {
  topLayer: { params: { store: string; layer: string }; result: TopLayerView };
  orderMaps: { params: { store: string; layer: string; order: TopOrder }; result: OrderedMapsView };
  /**
   * Pictures of maps, whose longer side has at most `side` pixels; all come as parts. A patch may come before its
   * projection, and again with it. A photo that a map does not answer comes not at all.
   */
  topPatches: {
    params: { store: string; layer: string; maps: readonly number[]; side: number };
    result: null;
    partial: readonly TopPatchView[];
  };
  topMap: { params: { store: string; layer: string; map: number }; result: TopMapView };
  /** Asks where to, and writes what `unpool top` would; false when the user cancelled. */
  saveTop: {
    params: {
      store: string;
      layer: string;
      form: 'png' | 'json';
      /** Single maps, or the first ones of an order. */
      maps: readonly number[] | { readonly order: TopOrder; readonly first: number };
    };
    result: boolean;
  };
}
