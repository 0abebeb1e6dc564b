/** Keras sources: layers are matched by the names that they are given, or that Keras gives them. */

import type { Network } from '../network/network.js';
import type { Layer } from '../network/layers.js';
import { nameInWeight } from '../onnx/modulePath.js';
import type { Budget } from './budget.js';
import type { SourceFiles } from './imports.js';
import { OutOfBudget, Raised, rangeIn } from './interpreter.js';
import { Run, scopeWithin } from './run.js';
import type { LoadedFiles } from './run.js';
import type { PythonParser } from './syntax.js';
import { canonical } from './modules.js';
import type { SourceRange } from './positions.js';
import type { Instance } from './values.js';
import { libraryClassOf, NO_ARGUMENTS, numberOf, textOf } from './values.js';

/** A call that makes a Keras layer. */
export interface KerasLayer {
  readonly name: string;
  /** False for a name that Keras counts out: `conv2d_1`. */
  readonly isGiven: boolean;
  /** `Conv2D` of `keras.layers.Conv2D`. */
  readonly className: string;
  readonly range: SourceRange;
  /** Filters or units; undefined where the source does not say. */
  readonly outputs: number | undefined;
}

/** Operators that converters write for a layer, the one that names it first. The vocabulary is closed. */
export const KERAS_CLASSES: readonly (readonly [RegExp, readonly string[]])[] = Object.freeze([
  [/^(?:Depthwise|Separable)?Conv(?:olution)?[123]D$/, ['Conv']],
  [/^Conv[123]DTranspose$/, ['ConvTranspose']],
  [/^Dense$/, ['Gemm', 'MatMul']],
  [/^BatchNormalization$/, ['BatchNormalization']],
  [/^LayerNormalization$/, ['LayerNormalization']],
  [/^MaxPool(?:ing)?[123]D$/, ['MaxPool']],
  [/^(?:Avg|Average)Pool(?:ing)?[123]D$/, ['AveragePool']],
  [/^GlobalAveragePooling[123]D$/, ['GlobalAveragePool', 'ReduceMean']],
  [/^GlobalMaxPooling[123]D$/, ['GlobalMaxPool', 'ReduceMax']],
  [/^Flatten$/, ['Flatten', 'Reshape']],
  [/^Dropout$/, ['Dropout']],
  [/^ReLU$/, ['Relu', 'Clip']],
  [/^LeakyReLU$/, ['LeakyRelu']],
  [/^PReLU$/, ['PRelu']],
  [/^ELU$/, ['Elu']],
  [/^Softmax$/, ['Softmax']],
  [/^Activation$/, ['Relu', 'Sigmoid', 'Tanh', 'Softmax', 'Elu', 'Selu', 'Gelu', 'Swish', 'HardSwish']],
  [/^Add$/, ['Add', 'Sum']],
  [/^Concatenate$/, ['Concat']],
  [/^UpSampling2D$/, ['Resize', 'Upsample']],
] as const);

/** Fewer of the layers with weights than this is chance. */
const LEAST_COVERAGE = 0.5;

/** The layers that a file makes when it is run, or one of its functions is called, or a class made. */
export function kerasLayers(
  parser: PythonParser,
  files: SourceFiles,
  file: string,
  budget: Budget,
): readonly (readonly KerasLayer[])[] {
  const text = files.read(file);
  if (text === undefined || !/\bkeras\b/.test(text)) {
    return [];
  }
  const loaded: LoadedFiles = { trees: new Map(), scopes: new Map(), budget };
  const names = [...(scopeWithin(new Run(parser, files, loaded), file)?.names ?? [])].flatMap(
    ([name, value]) => (value.kind === 'function' || value.kind === 'class' ? [name] : []),
  );
  return ['', ...names].flatMap((entry) => {
    const interpreter = new Run(parser, files, loaded, new Map(), entry === '' ? file : undefined);
    try {
      const value = interpreter.scopeOf(file)?.get(entry);
      if ((value?.kind === 'function' || value?.kind === 'class') && value.file === file) {
        interpreter.call(value, NO_ARGUMENTS, rangeIn(file, value.node));
      }
    } catch (error) {
      if (!(error instanceof Raised || error instanceof OutOfBudget)) {
        throw error;
      }
    }
    const made = layersIn(interpreter);
    return made.length === 0 ? [] : [made];
  });
}

function layersIn({ mentions }: Run): readonly KerasLayer[] {
  const counts = new Map<string, number>();
  return mentions.flatMap(({ instance, range, role }): readonly KerasLayer[] => {
    const [, className] = /^keras\.layers\.(\w+)$/.exec(canonical(libraryClassOf(instance.type) ?? '')) ?? [];
    if (className === undefined || role !== 'creation') {
      return [];
    }
    const given = textOf(instance.arguments?.named.get('name'));
    const base = snakeCase(className);
    const count = counts.get(base) ?? 0;
    if (given === undefined) {
      counts.set(base, count + 1);
    }
    const name = given ?? (count === 0 ? base : `${base}_${count}`);
    return [{ name, isGiven: given !== undefined, className, range, outputs: outputsOf(instance) }];
  });
}

/** `MaxPooling2D` is `max_pooling2d`, as Keras counts layers. */
function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z0-9]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function outputsOf({ arguments: args }: Instance): number | undefined {
  return numberOf(args?.named.get('filters') ?? args?.named.get('units') ?? args?.positional[0]);
}

export interface KerasMatch {
  readonly coverage: number;
  readonly places: ReadonlyMap<string, SourceRange>;
}

/** The layers of a network by names; undefined where too few names are the same. */
export function matchKeras(
  network: Network,
  runs: readonly (readonly KerasLayer[])[],
): KerasMatch | undefined {
  const weighted = network.layers.filter(({ parameters }) => parameters > 0);
  const byName = layersByName(network.layers);
  let best: KerasMatch | undefined;
  for (const made of runs) {
    const places = placesOf(made, byName, network);
    const found = weighted.filter(({ name }) => places.has(name)).length;
    const coverage = weighted.length === 0 ? 0 : found / weighted.length;
    if (coverage >= LEAST_COVERAGE && coverage > (best?.coverage ?? 0)) {
      best = { coverage, places };
    }
  }
  return best;
}

function placesOf(
  made: readonly KerasLayer[],
  byName: ReadonlyMap<string, readonly Layer[]>,
  network: Network,
): ReadonlyMap<string, SourceRange> {
  const found = made.map((each) => ({ each, layer: layerOf(each, byName, network) }));
  // Names that Keras counts out are those of one process: all of a class are there, or none can be trusted.
  const doubtful = new Set(
    found.filter(({ each, layer }) => !each.isGiven && layer === undefined).map(({ each }) => each.className),
  );
  const places = new Map<string, SourceRange>();
  for (const { each, layer } of found) {
    if (layer !== undefined && (each.isGiven || !doubtful.has(each.className))) {
      places.set(layer.name, each.range);
    }
  }
  return places;
}

/** The only layer of that name and kind, if it has the size that the source says. */
function layerOf(
  { name, className, outputs }: KerasLayer,
  byName: ReadonlyMap<string, readonly Layer[]>,
  { shapes }: Network,
): Layer | undefined {
  const operators = KERAS_CLASSES.find(([pattern]) => pattern.test(className))?.[1] ?? [];
  const fitting = (byName.get(name) ?? []).filter(({ node, parameters, output }) => {
    const shape = shapes.shapeOf(output) ?? [];
    const isSized = parameters > 0 && /^(?:Conv|Dense)/.test(className);
    return operators.includes(node.opType) && (!isSized || outputs === undefined || shape.includes(outputs));
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

/** Converters write `model/conv1/Conv2D` as names of nodes, `conv1/kernel:0` as those of weights. */
function layersByName(layers: readonly Layer[]): ReadonlyMap<string, readonly Layer[]> {
  const byName = new Map<string, Layer[]>();
  for (const layer of layers) {
    const texts = [
      layer.name,
      layer.node.name,
      ...layer.node.inputs.map((input) => nameInWeight(input) ?? ''),
    ];
    const names = new Set(texts.flatMap((text) => text.replace(/:\d+$/, '').split(/[/;]/)));
    names.forEach((name) => {
      byName.set(name, [...(byName.get(name) ?? []), layer]);
    });
  }
  return byName;
}
