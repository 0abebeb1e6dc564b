/** Requests and events of every panel. A webview asks; the host answers exactly once and tells of changes. */

import type { Picture, PostedModel, PreprocessingView, SelectionView } from './view.js';

export type PanelName =
  'architecture' | 'predictions' | 'kernels' | 'featureMaps' | 'projection' | 'occlusion' | 'activations';

/** Ways to write numbers to a file. */
export type NumbersForm = 'npy' | 'csv' | 'json';

/** An array on its way to a file. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What every panel can ask. */
export interface CommonRequests {
  model: { params: null; result: PostedModel };
  selection: { params: null; result: SelectionView };
  selectLayer: { params: { layer: string }; result: null };
  selectPhoto: { params: { photo: string }; result: null };
  /** Shows the file dialog. */
  addPhotos: { params: null; result: null };
  /** The photo small, as a PNG file. */
  thumbnail: { params: { photo: string }; result: ArrayBuffer };
  /** What trained networks commonly expect. */
  presets: { params: null; result: readonly Omit<PreprocessingView, 'source'>[] };
  /** Stores the preprocessing in the model's sidecar. */
  setPreprocessing: { params: Omit<PreprocessingView, 'source'>; result: null };
  /** Shows another panel of the same model on what is given. */
  openPanel: { params: { panel: PanelName; layer?: string; channel?: number }; result: null };
  /** Asks where to and writes; false when the user cancelled. */
  savePicture: { params: { name: string; png: ArrayBuffer }; result: boolean };
  saveNumbers: { params: { name: string; numbers: Numbers; form: NumbersForm }; result: boolean };
  /** Shows the engine's log. */
  showLog: { params: null; result: null };
}

export interface CommonEvents {
  selectionChanged: SelectionView;
  /** The model's file changed on disk and was opened again. */
  modelChanged: PostedModel;
  /** Another place asks this panel to show something. */
  show: { layer?: string; channel?: number };
}

export interface GraphNodeView {
  /** Name of a layer; the module path, equal to `group`, for a collapsed group. */
  readonly layer: string;
  /** Top-left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Module path of the group the node is in, empty at the top. */
  readonly group: string;
}

export interface GraphView {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNodeView[];
  /** Polylines from node to node: x and y of each point in turn. */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly points: readonly number[];
  }[];
  /** For each layer of the model, the index of the node that stands for it. */
  readonly nodeOf: Uint32Array;
}

/** Which groups of layers are drawn as one node, and which are not. */
export interface Grouping {
  readonly collapsed: readonly string[];
  /** The groups that the user opened, the last one last. */
  readonly expanded: readonly string[];
}

/** The custom editor. */
export interface ArchitectureRequests extends CommonRequests {
  /**
   * Laid-out drawing with the groups in `collapsed` drawn as one node each. Where that would still be more than
   * some hundred nodes, the host collapses further groups, the innermost first, but not those in `expanded`; of
   * these it collapses the first ones where there would be more than some thousand nodes.
   */
  graph: { params: Grouping; result: GraphView };
}

export interface PredictionView {
  readonly photo: string;
  readonly name: string;
  /** The photo as the network saw it. */
  readonly picture: Picture;
  readonly top: readonly { readonly index: number; readonly label: string; readonly probability: number }[];
}

export interface PredictionsRequests extends CommonRequests {
  predict: {
    params: { photos: readonly string[]; crops: 1 | 10; top: number };
    result: readonly PredictionView[];
  };
}

export interface KernelsView {
  readonly layer: string;
  /** [outputs, inputs of one group, height, width]. */
  readonly shape: readonly number[];
  readonly groups: number;
  /** Equal parts to show apart: the layer's own groups, or those that the next convolution reads. */
  readonly parts: number;
  readonly weights: Float32Array;
  readonly norms: Float32Array;
  readonly dead: readonly number[];
  readonly nearDuplicates: readonly {
    readonly first: number;
    readonly second: number;
    readonly cosine: number;
  }[];
  readonly notFinite: readonly number[];
  /** Order of the three input channels as colours; null where they are no colours. */
  readonly colours: 'RGB' | 'BGR' | null;
}

export interface KernelsRequests extends CommonRequests {
  kernels: { params: { layer: string }; result: KernelsView };
}

export interface MapStatisticsView {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly zeros: number;
}

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

export interface FeatureMapsRequests extends CommonRequests {
  featureMaps: { params: { layer: string; photo: string }; result: FeatureMapsView };
  /** The strongest unit of each of the maps projected back, cut to what it sees. */
  projections: {
    params: { layer: string; photo: string; channels: readonly number[] };
    result: readonly Picture[];
  };
}

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
  /** [1, C, H, W] of the input. */
  readonly shape: readonly number[];
  readonly values: Float32Array;
  /** The projection as colours about mid-grey, and the photo as the network saw it; both of the input's size. */
  readonly projection: Picture;
  readonly photo: Picture;
  /** The strongest maps of the layer on this photo, strongest first. */
  readonly strongest: readonly { readonly channel: number; readonly activation: number }[];
  /** The unit's feature map [H, W], for picking another unit. */
  readonly map: { readonly height: number; readonly width: number; readonly values: Float32Array };
}

export interface ProjectionRequests extends CommonRequests {
  project: {
    params: {
      layer: string;
      photo: string;
      unit: UnitChoice;
      method: 'deconvnet' | 'gradient' | 'guided';
      normalization: 'pass' | 'exact';
    };
    result: ProjectionView;
  };
  /** The strongest unit whose field covers a point of the photo, in input pixels. */
  unitAt: {
    params: { layer: string; photo: string; y: number; x: number };
    result: { readonly channel: number; readonly y: number; readonly x: number };
  };
}

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

export interface OcclusionRequests extends CommonRequests {
  /** Streams `occlusionPartial` events with `run` until it answers with the whole. */
  occlude: { params: OcclusionParams & { readonly run: number }; result: OcclusionView };
  /** The strongest map's projection: the second panel of the paper's figure 7. */
  mapProjection: {
    params: { photo: string; layer: string; channel: number };
    result: {
      readonly picture: Picture;
      /** [1, C, H, W] of the input. */
      readonly shape: readonly number[];
      readonly values: Float32Array;
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

export interface OcclusionEvents extends CommonEvents {
  occlusionPartial: { readonly run: number; readonly view: OcclusionView };
}

/** An activation function as the panel lists it. */
export interface ActivationInfoView {
  readonly id: string;
  readonly name: string;
  readonly formula: string;
  readonly derivative: string;
  /** Who proposed it. */
  readonly source: string;
  readonly parameters: readonly {
    readonly symbol: string;
    readonly initial: number;
    readonly min: number;
    readonly max: number;
    readonly step: number;
  }[];
}

/** A function with its parameters set. */
export interface ActivationSetting {
  readonly id: string;
  readonly parameters: readonly number[];
}

export interface ActivationInputsView {
  readonly layer: string;
  /** The function that the layer has. */
  readonly own: ActivationSetting;
  /** What the layer is fed on the photo. */
  readonly inputs: MapStatisticsView;
  readonly count: number;
  /** One more than counts. */
  readonly edges: Float32Array;
  readonly counts: Uint32Array;
}

export interface ActivationCurveView extends ActivationSetting {
  /** f(x) and its derivative at the points asked for. */
  readonly values: Float32Array;
  readonly slopes: Float32Array;
  readonly range: string;
  readonly monotone: boolean;
  readonly zeroCentred: boolean;
  readonly saturates: 'never' | 'left' | 'right' | 'both';
  readonly cost: string;
  /** Share of the layer's inputs where the derivative nearly vanishes. */
  readonly vanishing: number;
  /** Root mean square of the derivative over the layer's inputs. */
  readonly slope: number;
  /** What is left of a gradient behind 0, 1, ... layers. */
  readonly decay: Float32Array;
}

export interface ActivationSwapView {
  readonly before: MapStatisticsView;
  readonly after: MapStatisticsView;
  /** Root mean square of the change of the layer's outputs, over that of its own ones. */
  readonly change: number;
  /** The most probable classes before and after, largest first; empty for a network that does not classify. */
  readonly classes: readonly {
    readonly index: number;
    readonly label: string;
    readonly before: number;
    readonly after: number;
  }[];
}

export interface ActivationsRequests extends CommonRequests {
  activations: { params: null; result: readonly ActivationInfoView[] };
  activationInputs: { params: { layer: string; photo: string }; result: ActivationInputsView };
  activationCurves: {
    params: {
      layer: string;
      photo: string;
      choices: readonly ActivationSetting[];
      /** Points from -`reach` to `reach`. */
      reach: number;
      points: number;
      /** Layers of the stack, and the gain of its weights. */
      depth: number;
      gain: number;
    };
    result: readonly ActivationCurveView[];
  };
  /** Runs the network with another function in the layer's place. */
  swapActivation: {
    params: { layer: string; photo: string; choice: ActivationSetting };
    result: ActivationSwapView;
  };
}
