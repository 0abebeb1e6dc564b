/** What the extension host has done in a thread of its own, so that its event loop stays free. */

import type { MapNumbers } from '../../core/analysis/photoSet/mapNumbers.js';
import type { TopUnit } from '../../core/analysis/photoSet/topUnits.js';
import type { Neighbour, NeighbourOptions } from '../../core/analysis/photoSet/neighbours.js';
import type { MapOptions, SetMap } from '../../core/analysis/photoSet/setMap.js';
import type { RgbImage } from '../../core/imaging/image.js';
import type { Stage } from '../../core/jobs/job.js';
import type { ImageInput } from '../../core/network/imageInput.js';
import type { PixelWindow } from '../../core/network/receptiveWindow.js';
import type { TextMap } from '../../core/onnx/text/textMap.js';
import type { Preprocessing } from '../../core/network/preprocessing.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import type { SourceReport } from '../../core/source/sourceReader.js';
import type { EditedSources } from '../../core/source/sourceTexts.js';
import type { FloatTensor } from '../../core/tensor.js';
import type { GraphView } from '../../protocol/graphView.js';
import type { GraphDrawing } from '../graph/graphDrawing.js';
import type { Measured, MeasureParams } from './measure.js';

/** A photo made ready for a network. */
export interface PreparedPhoto {
  /** The network's input: one image, or ten crops. */
  readonly tensor: FloatTensor;
  /** The photo (its centre, where there are crops) as the network sees it. */
  readonly picture: RgbImage;
}

export interface PrepareParams {
  readonly file: string;
  readonly preprocessing: Preprocessing;
  readonly input: ImageInput;
  readonly crops: 1 | 10;
}

/** What a photo set has, without its photos. */
export interface SetListing {
  readonly kind: PhotoSet['kind'];
  readonly photos: number;
  /** In alphabetical order, with the number of their photos. */
  readonly labels: readonly { readonly label: string; readonly photos: number }[];
  /** Photos without a label. */
  readonly unlabelled: number;
}

/** What an index says of a map. */
export interface IndexedMap extends Pick<
  MapNumbers,
  'map' | 'photos' | 'mean' | 'largest' | 'zeros' | 'answers'
> {
  /** The label that it answers most of all others, and how much so; undefined where that has no meaning. */
  readonly selectivity: { readonly label: string; readonly index: number } | undefined;
  /** The labels with the largest mean activations. */
  readonly labels: readonly { readonly label: string; readonly mean: number }[];
  /** Its strongest photos, by their paths in the set; none that it does not answer. */
  readonly units: readonly (TopUnit & { readonly path: string; readonly label: string | undefined })[];
}

export interface PatchParams {
  readonly store: string;
  /** Pixels of the network's input that each unit sees of its photo. */
  readonly units: readonly { readonly path: string; readonly window: PixelWindow }[];
  readonly input: ImageInput;
  readonly columns: number;
}

export interface BackgroundRequests {
  /** What a hover shows of a tensor's values. */
  measure: { params: MeasureParams; result: Measured };
  layout: { params: GraphDrawing; result: GraphView };
  prepare: { params: PrepareParams; result: PreparedPhoto };
  /** The model in ONNX's textual syntax, as UTF-8, and where everything stands in it. */
  print: {
    params: { readonly file: string };
    result: { readonly bytes: Uint8Array; readonly map: TextMap };
  };
  /** Whether a file is a Python source that uses a library of networks. */
  isNetworkSource: { params: { readonly edited: EditedSources; readonly file: string }; result: boolean };
  /** Those of some files that are sources of networks and import a file, or a file that does: the nearest first. */
  importersOf: {
    params: { readonly edited: EditedSources; readonly file: string; readonly among: readonly string[] };
    result: readonly string[];
  };
  /** Which of some models a Python source makes, and where in it. */
  connectSource: {
    params: { readonly edited: EditedSources; readonly file: string; readonly models: readonly string[] };
    result: SourceReport;
  };
  /** The photo as a PNG file whose longer side has at most `side` pixels. */
  thumbnail: { params: { readonly file: string; readonly side: number }; result: Uint8Array };
  /** What a photo set has; `again` lists it anew. */
  listSet: { params: { readonly root: string; readonly again: boolean }; result: SetListing };
  /** Paths of a set's photos of one label (null is none), in order, `count` of them from `from` on. */
  setPhotos: {
    params: {
      readonly root: string;
      readonly label: string | null;
      readonly from: number;
      readonly count: number;
    };
    result: readonly string[];
  };
  /** All photos of a set, in order. */
  listPhotos: { params: { readonly root: string }; result: Pick<PhotoSet, 'kind' | 'photos'> };
  /** A photo's own file. @throws UserError where its size is another one than when it was listed */
  setFile: {
    params: { readonly root: string; readonly path: string; readonly bytes: number | undefined };
    result: Uint8Array;
  };
  /** A photo of a set as a PNG file whose longer side has at most `side` pixels; also one of an index, by its number. */
  setPicture: {
    params: { readonly root: string; readonly path: string; readonly side: number };
    result: Uint8Array;
  };
  indexedPicture: {
    params: { readonly store: string; readonly photo: number; readonly side: number };
    result: Uint8Array;
  };
  /** What an index says of maps of a layer: those given, or the strongest. @throws UserError for an unknown layer or map */
  indexedMaps: {
    params: {
      readonly store: string;
      /** Its name in the index. */
      readonly layer: string;
      readonly maps?: readonly number[];
      /** How many, where none are given. */
      readonly strongest: number;
      /** Photos of each. */
      readonly photos: number;
    };
    result: readonly IndexedMap[];
  };
  /** What units see of photos of an index, in a grid. */
  patches: { params: PatchParams; result: RgbImage };
  /**
   * The photos of an index that are nearest to each query. The vectors of the layer are loaded at first, as long as there is room
   * for them; parts tell the share that is there.
   */
  nearest: {
    params: {
      readonly store: string;
      readonly options: NeighbourOptions;
      readonly queries: readonly (number | Float32Array)[];
    };
    result: readonly (readonly Neighbour[])[];
    partial: number;
  };
  /** The mean activation of a map by photo, for those that have vectors. */
  activations: {
    params: { readonly store: string; readonly layer: string; readonly map: number };
    result: { readonly photos: Int32Array; readonly values: Float32Array };
  };
  setMap: {
    params: { readonly store: string; readonly options: MapOptions };
    result: SetMap;
    partial: MapPart;
  };
}

/** How far a map of a set is, or the map as far as it is. */
export type MapPart =
  { readonly stage: Stage; readonly share: number; readonly map?: undefined } | { readonly map: SetMap };
