/** What webviews are told of the open model: plain data, safe to post. */

/** RGBA pixels, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: ArrayBuffer;
}

/** Statistics of one map, or of a whole layer. */
export interface MapStatisticsView {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly standardDeviation: number;
  readonly zeros: number;
}

export interface LayerView {
  readonly name: string;
  readonly aliases: readonly string[];
  /** Module path of the group that the layer is in, empty at the top. */
  readonly group: string;
  readonly operator: string;
  /** `55x55x96`. */
  readonly output: string;
  readonly detail: string;
  readonly parameters: number;
  readonly multiplyAdds: number | null;
  /** `51x51`, empty where it does not apply. */
  readonly receptiveField: string;
  /** `131x131`: the size of the image where the field is larger, so that its border clips it; else empty. */
  readonly clippedBy: string;
  readonly stride: string;
  readonly channels: number;
  /** True where the Kernels panel, the Feature maps and Projection panels have something to show. */
  readonly hasKernels: boolean;
  readonly hasMaps: boolean;
  /** True where the layer is an activation function that the Activation Functions panel can draw. */
  readonly isActivation: boolean;
}

export interface PhotoView {
  /** URI of the file: the photo's identity. */
  readonly id: string;
  readonly name: string;
}

/** Photos that are offered where none is chosen. */
export interface PhotoOffer {
  readonly workspace: readonly PhotoView[];
  /** What stands above them: that they are of the workspace, and how many there are where not all are offered. */
  readonly workspaceHeading: string;
  /** The last ones used, in whatever workspace, the latest first. */
  readonly recent: readonly PhotoView[];
  /** Those that come with the extension. */
  readonly samples: readonly PhotoView[];
}

/** How a photo becomes the model's input. */
export interface PreprocessingValues {
  readonly name: string;
  readonly channels: 'RGB' | 'BGR' | 'grey';
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  readonly resize: 'crop' | 'margin' | 'squash';
}

export interface PreprocessingView extends PreprocessingValues {
  /** Name of the preset whose values it has, whatever it is called itself; null for values of its own. */
  readonly preset: string | null;
  /** In words, where it came from. */
  readonly source: string;
  /** Whether nobody chose it: it is what is taken where nothing is said. */
  readonly isAssumed: boolean;
}

/** Two layers, by the names of their nodes. */
export interface MergeView {
  readonly first: string;
  readonly second: string;
}

export interface ProblemView {
  /** Kind of the problem: `linear-collapse`. */
  readonly id: string;
  readonly severity: 'error' | 'warning' | 'information' | 'hint';
  readonly message: string;
  /** Why it matters and what to do about it. */
  readonly explanation: string;
  /** Name of the layer it is about. */
  readonly layer: string | null;
  /** Nodes of the two layers for which one would do, where a model with that one can be written. */
  readonly merge: MergeView | null;
  /** The panel that shows it. */
  readonly panel: 'architecture' | 'predictions' | 'kernels' | 'featureMaps' | 'activations';
}

/** Everything that is the same in every panel of one model. */
export interface ModelView {
  /** URI of the .onnx file. */
  readonly uri: string;
  readonly name: string;
  readonly producer: string;
  readonly opset: number;
  /** `data [1, 3, 227, 227]`. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly inputWidth: number;
  readonly inputHeight: number;
  readonly parameters: number;
  readonly multiplyAdds: number | null;
  readonly layers: readonly LayerView[];
  readonly problems: readonly ProblemView[];
  /** Class names, empty where none are known. */
  readonly labels: readonly string[];
  /** In words, where they come from. */
  readonly labelsSource: string;
  /** True for ImageNet's names where as many classes have none of their own. */
  readonly labelsAssumed: boolean;
  /** In words, what the class scores are; empty for a network that does not classify. */
  readonly scores: string;
  /** Whether the model leaves the size of images open. */
  readonly hasFreeSize: boolean;
  /** Number of classes; 0 for a network that does not classify. */
  readonly classes: number;
}

/**
 * A model on its way to a webview. VS Code walks through what is posted piece by piece, which takes long for very many
 * layers; not through buffers.
 */
export interface PostedModel extends Omit<ModelView, 'layers'> {
  /** Lists of layers, one after the other, as JSON. */
  readonly layers: readonly ArrayBuffer[];
}

/** What the user has chosen; it changes while a panel is open. */
export interface SelectionView {
  readonly layer: string | null;
  readonly photo: string | null;
  readonly photos: readonly PhotoView[];
  readonly preprocessing: PreprocessingView;
  /** `CPU`, `CUDA`, ..., or why there is none yet. */
  readonly provider: string;
}
