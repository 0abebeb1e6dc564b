/** Which photos of an index are alike to the network: the neighbours of some, and all of them on a map. */

import type { SetPanelRequests } from '../setPanel.js';

export type DistanceName = 'euclidean' | 'cosine';
export type MapMethodName = 'pca' | 'umap';

/** A photo that is asked about: one of the index by its number, or any by its URI. */
export type QueryPhoto = { readonly photo: number } | { readonly file: string };

/** What is known of the photos of an index that have vectors: arrays of one length. */
export interface SetPhotosView {
  /** In rising order. */
  readonly photos: Int32Array;
  /** Paths in the set, as UTF-8, a zero byte between two. */
  readonly paths: ArrayBuffer;
  /** In alphabetical order, and the place of each photo's among them; -1 for none. */
  readonly labels: readonly string[];
  readonly labelOf: Int32Array;
  /** The most probable class, -1 where none is known, and its probability. */
  readonly classOf: Int32Array;
  readonly probability: Float32Array;
  /** Whether that is the label's class: 1 right, 2 wrong, 0 not known. */
  readonly answers: Uint8Array;
}

export interface NeighboursView {
  /** Number of the photo in the index; null for one from outside. */
  readonly photo: number | null;
  /** Path in the set, or the file's name. */
  readonly name: string;
  readonly label: string | null;
  /** Why it has no neighbours; null where nothing is wrong. */
  readonly problem: string | null;
  /** The nearest first. */
  readonly neighbours: readonly { readonly photo: number; readonly distance: number }[];
}

export interface NeighbourQuestion {
  readonly store: string;
  readonly layer: string;
  readonly distance: DistanceName;
  readonly count: number;
  readonly queries: readonly QueryPhoto[];
}

export interface MapQuestion {
  readonly store: string;
  readonly layer: string;
  readonly method: MapMethodName;
}

export interface SetMapView {
  readonly method: MapMethodName;
  readonly photos: Int32Array;
  /** [photos, 2]: right and up. */
  readonly positions: Float32Array;
  /** Shares of the variance along the axes; null where they mean nothing. */
  readonly shares: readonly [number, number] | null;
}

/** How far a map is; on the way also the map as far as it is. */
export interface SetMapPart {
  readonly share: number;
  readonly map: SetMapView | null;
}

export interface NeighboursRequests extends SetPanelRequests {
  setPhotos: { params: { store: string }; result: SetPhotosView };
  /** Answers in the order of the queries; parts tell the share of the vectors that is loaded. */
  neighbours: { params: NeighbourQuestion; result: readonly NeighboursView[]; partial: number };
  setMap: { params: MapQuestion; result: SetMapView; partial: SetMapPart };
  /** The mean activation of a map of a layer, for the photos of `setPhotos` in their order. */
  mapActivations: { params: { store: string; layer: string; map: number }; result: Float32Array };
  /** Asks where to and writes what the command line writes; false when the user cancelled. */
  saveNeighbours: { params: { question: NeighbourQuestion; form: 'csv' | 'json' }; result: boolean };
  saveSetMap: { params: { question: MapQuestion; form: 'csv' | 'json' }; result: boolean };
}
