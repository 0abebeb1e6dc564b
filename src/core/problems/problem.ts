/** What a finding about a network is made of, and why each kind of finding matters. */

/** As editors grade them: an error breaks results, a hint is good to know. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** The panel that shows what a finding is about. */
export type ProblemPanel = 'architecture' | 'predictions' | 'kernels' | 'featureMaps' | 'activations';

interface Kind {
  readonly severity: Severity;
  /** Why it matters and what to do about it; `message` says what was found. */
  readonly explanation: string;
  readonly panel: ProblemPanel;
}

const KINDS = {
  'unknown-operator': {
    severity: 'warning',
    explanation:
      'Shapes, receptive fields and costs behind an unknown operator cannot be told, and projections do not pass it.',
    panel: 'architecture',
  },
  'training-mode': {
    severity: 'warning',
    explanation:
      'In training mode Dropout throws values away at random and BatchNormalization uses the statistics of the one image at hand, so that every run, and every result shown here, differs from what was evaluated.',
    panel: 'architecture',
  },
  'linear-collapse': {
    severity: 'warning',
    explanation:
      'A chain of linear maps is one linear map: W2(W1 x + b1) + b2 = (W2 W1) x + (W2 b1 + b2). Two such layers can represent no more than one, for more weights and more time; usually the activation function between them was forgotten.',
    panel: 'architecture',
  },
  'linear-factorisation': {
    severity: 'hint',
    explanation:
      'The two layers are one linear map, taken apart. That is done on purpose to spare weights (a bottleneck, a depthwise and a pointwise convolution); merged into one layer they would have more.',
    panel: 'architecture',
  },
  'foldable-normalisation': {
    severity: 'hint',
    explanation:
      'At inference BatchNormalization is a fixed scale and shift, which the convolution or matrix product before it can take into its weights. onnxruntime does so when it loads the model; the results are the same.',
    panel: 'architecture',
  },
  'double-precision': {
    severity: 'warning',
    explanation:
      'Networks are trained in single precision; float64 takes twice the memory, is much slower on GPUs, and few operators have kernels for it. It usually comes from a NumPy array in the code that was exported.',
    panel: 'architecture',
  },
  'unused-initializer': {
    severity: 'information',
    explanation: 'The file carries weights that no result depends on.',
    panel: 'architecture',
  },
  'not-finite-weights': {
    severity: 'error',
    explanation:
      'One NaN or infinity spreads to every value computed from it. Training has diverged, or a conversion to a smaller type has overflowed.',
    panel: 'kernels',
  },
  'denormal-weights': {
    severity: 'information',
    explanation:
      'Denormal numbers, below 1.18e-38, are weights that weight decay has driven to nothing; on many processors each operation on one takes a hundred times as long. Setting them to zero changes no result.',
    panel: 'kernels',
  },
  'constant-weights': {
    severity: 'warning',
    explanation:
      'All weights of the tensor are the same number: it was initialised so and never trained, or the file holds a topology without its weights. All units that share weights compute the same.',
    panel: 'kernels',
  },
  'constant-channels': {
    severity: 'warning',
    explanation:
      'A filter whose weights are all the same number can but sum its inputs; it has learned nothing. Dead filters, whose weights are all nearly zero, are listed apart.',
    panel: 'kernels',
  },
  'dead-filters': {
    severity: 'warning',
    explanation:
      'Filters whose weights are next to zero answer nothing. They are left over from weight decay and pruning, or from units that died early in training, and can be removed.',
    panel: 'kernels',
  },
  'near-duplicate-filters': {
    severity: 'information',
    explanation:
      'Filters that differ in hardly more than scale look for the same thing. Many of them mean that the layer is wider than it needs to be.',
    panel: 'kernels',
  },
  'dead-units': {
    severity: 'information',
    explanation:
      'A rectified unit that is zero at every place of every photo gives nothing and, in training, gets no gradient. On few photos that may only mean that its pattern was not there; on many it is dead.',
    panel: 'featureMaps',
  },
  'relu-zeros': {
    severity: 'information',
    explanation:
      'The share of activations that a rectifier sets to zero. About half is usual for a layer fresh from initialisation, 50 to 90 % for a trained one; near 100 % little of the signal is left, near 0 % the rectifier does nothing.',
    panel: 'featureMaps',
  },
  'silent-layer': {
    severity: 'warning',
    explanation:
      'Nearly all of the layer is zero on the photos, so nearly nothing of them goes on and nearly no gradient would come back. Check the preprocessing first: inputs on another scale than in training do this.',
    panel: 'featureMaps',
  },
  'saturated-units': {
    severity: 'warning',
    explanation:
      'A sigmoid or tanh far from zero is flat: there its derivative is below 5 % of its largest value, and so is the gradient that passes. Weights that are too large, or inputs that are not normalised, do this.',
    panel: 'activations',
  },
  'first-layer-aliasing': {
    severity: 'warning',
    explanation:
      'A stride of s keeps frequencies up to 1/(2s) cycles a pixel; what a filter answers above that comes back as a false low frequency, which moves and flickers when the photo shifts by a pixel. Zeiler & Fergus (2013, section 4.1) found so in AlexNet with stride 4, and got rid of it with 7x7 filters of stride 2.',
    panel: 'kernels',
  },
  'mid-frequency-gap': {
    severity: 'warning',
    explanation:
      'The filters are a mix of very low and very high frequencies with little in between: the first of the two defects that Zeiler & Fergus (2013, section 4.1) saw in AlexNet’s 11x11 filters and mended with smaller ones.',
    panel: 'kernels',
  },
  'second-layer-aliasing': {
    severity: 'warning',
    explanation:
      'The second layer’s filters follow changes from one unit to the next more than smooth ones, in maps that the first layer’s stride has aliased: the artefacts that Zeiler & Fergus (2013, section 4.1) saw in AlexNet’s second layer.',
    panel: 'kernels',
  },
  'double-normalisation': {
    severity: 'warning',
    explanation:
      'The graph begins by normalising its input itself, and the preprocessing does so before it, so that the network sees other values than in training. Choose a preprocessing that leaves to the graph what the graph does.',
    panel: 'predictions',
  },
  'contradicting-normalisation': {
    severity: 'warning',
    explanation:
      'The running statistics of the BatchNormalization on the input are what the training’s inputs were like; the preprocessing makes quite other ones.',
    panel: 'predictions',
  },
} as const satisfies Readonly<Record<string, Kind>>;

export type ProblemId = keyof typeof KINDS;

export interface Problem {
  readonly id: ProblemId;
  readonly severity: Severity;
  /** One line that names the node or the tensor. */
  readonly message: string;
  readonly explanation: string;
  readonly panel: ProblemPanel;
  /** Node that it is about, where it is about one. */
  readonly node?: string;
  /** Name of the layer that this node is, for the panels. */
  readonly layer?: string;
  /** The numbers behind the message. */
  readonly evidence?: Readonly<Record<string, unknown>>;
}

/** Makes a finding; severity and panel are its kind's unless given. */
export function problem(
  id: ProblemId,
  message: string,
  details: Partial<Pick<Problem, 'node' | 'layer' | 'evidence' | 'severity' | 'panel'>> = {},
): Problem {
  const { severity, explanation, panel } = KINDS[id];
  return { id, severity, message, explanation, panel, ...details };
}

const ORDER: readonly Severity[] = ['error', 'warning', 'information', 'hint'];

/** The gravest first, else as found. */
export function bySeverity(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity));
}
