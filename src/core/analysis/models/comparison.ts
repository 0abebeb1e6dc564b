/** Where do two models part? Layers that stand for each other, their weights, and what they make of the same photos. */

import { activationOf } from '../../activations/registry.js';
import { throwIfCancelled, UserError } from '../../errors.js';
import type { Engine } from '../../engine.js';
import type { Job } from '../../jobs/job.js';
import { layerKind } from '../../network/layerKind.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { Scores } from '../../network/scores.js';
import { stringAttribute } from '../../onnx/attributes.js';
import type { Dimension, Node } from '../../onnx/model.js';
import type { PhotoProblem } from '../../store/photoIndex.js';
import { topPredictions } from '../photo/predictions.js';
import type { Prediction } from '../photo/predictions.js';
import { probabilities } from '../photo/scores.js';
import { activationAnswers, addedActivationSums, NO_ACTIVATION_SUMS } from './activationDifferences.js';
import type { Inputs } from './activationDifferences.js';
import { alignedLayers } from './alignment.js';
import type { LayerSketch } from './alignment.js';
import { addedAlignment, alignmentOf, NO_ALIGNMENT } from './cka.js';
import { realNetwork } from './dequantised.js';
import type { RealNetwork } from './dequantised.js';
import { distanceOf } from './sums.js';
import type { Distance } from './sums.js';
import { weightDifferences } from './weightDifferences.js';
import type { WeightDifference } from './weightDifferences.js';

/** A photo for both networks, read when its turn has come. */
export interface ComparedPhoto {
  readonly name: string;
  /** What is on it, where that is known. */
  readonly classIndex?: number | undefined;
  /** One of a set, which is left out where it cannot be read. */
  readonly isOfSet?: boolean;
  /** [1, C, H, W] or NHWC for each, by each one's preprocessing. @throws UserError where it cannot be read */
  readonly read: () => Promise<Inputs>;
}

/** Setting of the layer differs, or the shape of its output. */
export type Change = 'none' | 'changed' | 'removed' | 'inserted';

export interface ActivationDifference extends Distance {
  /** Values of each network that are NaN or infinite, on all photos. */
  readonly notFinite: readonly [a: number, b: number];
}

export interface LayerComparison {
  /** Undefined for a layer that the other network alone has. */
  readonly a: Layer | undefined;
  readonly b: Layer | undefined;
  readonly change: Change;
  readonly weights: readonly WeightDifference[];
  /** Over all photos; undefined without photos, and where the outputs have different shapes or are whole numbers. */
  readonly activations: ActivationDifference | undefined;
  /** Linear CKA over the photos; undefined for fewer than four, and where either layer is the same for all. */
  readonly cka: number | undefined;
}

export interface PhotoComparison {
  readonly name: string;
  /** What is on it, where that is known. */
  readonly classIndex: number | undefined;
  /** The most probable class; undefined where scores are NaN or infinite. */
  readonly a: Prediction | undefined;
  readonly b: Prediction | undefined;
  /** The largest difference of a class's probability; NaN where one has none. */
  readonly largest: number;
}

export interface Comparison {
  readonly layers: readonly LayerComparison[];
  /** Empty where one of them does not classify, or has another number of classes. */
  readonly photos: readonly PhotoComparison[];
  /** Photos of sets that could not be read. */
  readonly problems: readonly PhotoProblem[];
}

/** A layer whose weights or activations are farther apart than a bound, and by how much. */
export interface Parting {
  readonly layer: LayerComparison;
  readonly relativeError: number;
}

/**
 * @returns a job whose parts are the comparison of the weights, and then of the photos so far; it throws UserError where a
 * weight cannot be read, a network cannot be run, or none of the photos can be read
 */
export function comparisonJob(
  a: Network,
  b: Network,
  photos: readonly ComparedPhoto[],
): Job<Comparison, Comparison> {
  return {
    key: `compare 3 ${JSON.stringify([a.model.file, b.model.file, photos.map(({ name }) => name)])}`,
    run: async ({ engine, signal, report, partial }) => {
      const [realA, realB] = [realNetwork(a), realNetwork(b)];
      const places = alignedLayers(sketches(realA), sketches(realB));
      const layers: LayerComparison[] = [];
      for (const [done, place] of places.entries()) {
        throwIfCancelled(signal);
        report('weights', (photos.length > 0 ? 0.3 : 1) * (done / places.length), {
          ...{ done, of: places.length },
          unit: 'layers',
        });
        const [layer, other] = [a.layers[place.a ?? -1], b.layers[place.b ?? -1]];
        const weights =
          layer === undefined || other === undefined
            ? []
            : await weightDifferences(engine, { real: realA, layer }, { real: realB, layer: other }, signal);
        layers.push({
          ...{ a: layer, b: other, change: changeOf(layer, other), weights },
          ...{ activations: undefined, cka: undefined },
        });
      }
      let found: Comparison = { layers, photos: [], problems: [] };
      for await (const sofar of onPhotos({ a: realA, b: realB, engine, signal }, layers, photos)) {
        partial(found);
        found = sofar.found;
        report('photos', 0.3 + 0.7 * (sofar.done / photos.length), {
          ...{ done: sofar.done, of: photos.length },
          unit: 'photos',
        });
      }
      return found;
    },
  };
}

/** The first layer, in the order of `a`, whose activations (or, without photos, weights) differ by more than a bound. */
export function firstParting({ layers }: Comparison, bound: number): Parting | undefined {
  for (const layer of layers) {
    const relativeError = errorOf(layer);
    // NaN is beyond every bound.
    if (relativeError !== undefined && !(relativeError <= bound)) {
      return { layer, relativeError };
    }
  }
  return undefined;
}

/** The relative error of a layer's activations, or of its weights where nothing ran. */
function errorOf({ activations, weights }: LayerComparison): number | undefined {
  return activations?.relativeError ?? largestWeightError(weights);
}

/** The largest relative error of a layer's weights; undefined where none have one. */
export function largestWeightError(weights: readonly WeightDifference[]): number | undefined {
  const errors = weights.flatMap(({ distance }) => (distance === undefined ? [] : [distance.relativeError]));
  return errors.length === 0 ? undefined : Math.max(...errors);
}

function sketches(real: RealNetwork): readonly LayerSketch[] {
  const { layers, shapes, pixels } = real.network;
  return layers.map((layer) => {
    const { name, aliases, node, outputShape } = layer;
    return {
      kind: layerKind(node, shapes, pixels)?.word ?? node.opType,
      names: [name, ...aliases],
      output: spelled(outputShape),
      weights: [...real.weights(layer).values()].map((tensor) => spelled(shapes.shapeOf(tensor))).join(' '),
    };
  });
}

function spelled(shape: readonly Dimension[] | undefined): string {
  return shape?.join('x') ?? '?';
}

function changeOf(a: Layer | undefined, b: Layer | undefined): Change {
  if (a === undefined || b === undefined) {
    return a === undefined ? 'inserted' : 'removed';
  }
  const isSame = a.detail === b.detail && spelled(a.outputShape) === spelled(b.outputShape);
  return isSame ? 'none' : 'changed';
}

interface Compared {
  readonly a: RealNetwork;
  readonly b: RealNetwork;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

/**
 * Runs both networks on each photo and adds up what each pair of layers makes of it: gives the comparison of the photos so
 * far, group by group.
 */
async function* onPhotos(
  { a: realA, b: realB, engine, signal }: Compared,
  layers: readonly LayerComparison[],
  photos: readonly ComparedPhoto[],
): AsyncGenerator<{ readonly found: Comparison; readonly done: number }> {
  const [a, b] = [realA.network, realB.network];
  const compared = comparedTensors(realA, realB, layers);
  let sums = compared.map(() => NO_ACTIVATION_SUMS);
  let alignments = compared.map(() => NO_ALIGNMENT);
  const answers: PhotoComparison[] = [];
  const problems: PhotoProblem[] = [];
  let done = 0;
  const classify = a.scores !== undefined && a.scores.classes === b.scores?.classes;
  for (const group of groupsOf(photos)) {
    const read = await readPhotos(group, problems, signal);
    done += group.length;
    if (read.length === 0) {
      continue;
    }
    const answer = await activationAnswers(
      engine,
      { a, b },
      read.map(({ inputs }) => inputs),
      compared,
      signal,
    );
    sums = sums.map((before, place) => addedActivationSums(before, answer.sums[place] ?? NO_ACTIVATION_SUMS));
    alignments = alignments.map((before, place) => {
      const grams = answer.grams[place];
      return grams === undefined ? before : addedAlignment(before, grams);
    });
    read.forEach(({ photo: { name, classIndex } }, place) => {
      const rows = answer.photos[place];
      answers.push({ ...{ name, classIndex }, ...answered(rows?.a, a.scores, rows?.b, b.scores) });
    });
    const found = new Map(
      compared.map(({ each }, place) => {
        const { notFinite, ...rest } = sums[place] ?? NO_ACTIVATION_SUMS;
        const cka = alignmentOf(alignments[place] ?? NO_ALIGNMENT);
        return [each, { activations: { ...distanceOf(rest), notFinite }, cka }] as const;
      }),
    );
    yield {
      done,
      found: {
        layers: layers.map((each) => ({ ...each, ...found.get(each) })),
        photos: classify ? [...answers] : [],
        problems: [...problems],
      },
    };
  }
  const [problem] = problems;
  if (answers.length === 0 && problem !== undefined) {
    throw new UserError(`none of the photos can be read, such as ${problem.path}: ${problem.problem}`);
  }
}

/** The outputs of layers that stand for each other, where their values can be compared. */
function comparedTensors(
  a: RealNetwork,
  b: RealNetwork,
  layers: readonly LayerComparison[],
): readonly { readonly each: LayerComparison; readonly a: string; readonly b: string }[] {
  return layers.flatMap((each) => {
    if (each.a === undefined || each.b === undefined) {
      return [];
    }
    const pair = { a: outputBeside(a, each.a, b, each.b), b: outputBeside(b, each.b, a, each.a) };
    return hasSameValues(a.network, pair.a, b.network, pair.b) ? [{ each, ...pair }] : [];
  });
}

/** @param problems gets what photos of sets cannot be read */
async function readPhotos(
  photos: readonly ComparedPhoto[],
  problems: PhotoProblem[],
  signal: AbortSignal,
): Promise<readonly { readonly photo: ComparedPhoto; readonly inputs: Inputs }[]> {
  const all: { readonly photo: ComparedPhoto; readonly inputs: Inputs }[] = [];
  for (const photo of photos) {
    throwIfCancelled(signal);
    try {
      all.push({ photo, inputs: await photo.read() });
    } catch (error) {
      if (photo.isOfSet !== true || !(error instanceof UserError)) {
        throw error;
      }
      problems.push({ path: photo.name, problem: error.message });
    }
  }
  return all;
}

/** Photos that are run in one go. */
const LARGEST_GROUP = 16;

/** Groups of nearly the same size, so that none is too small for CKA where there are photos enough. */
function groupsOf<T>(photos: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(photos.length / LARGEST_GROUP);
  const start = (group: number): number => Math.round((group * photos.length) / count);
  return Array.from({ length: count }, (_, group) => photos.slice(start(group), start(group + 1)));
}

/**
 * The tensor that stands beside the other layer's output: behind the normalisation or the activation function where that one
 * has it inside.
 */
function outputBeside(real: RealNetwork, layer: Layer, other: RealNetwork, otherLayer: Layer): string {
  const { shapes } = real.network;
  let output = real.output(layer);
  let reader = onlyReader(real, output);
  if (isNormalisation(reader) && !isNormalisation(onlyReader(other, other.output(otherLayer)))) {
    output = reader?.outputs[0] ?? output;
    reader = onlyReader(real, output);
  }
  const isBehind =
    (hasActivation(otherLayer.node) || other.isRectified(otherLayer)) &&
    !hasActivation(layer.node) &&
    reader !== undefined &&
    activationOf(reader, shapes) !== undefined;
  return isBehind ? (reader?.outputs[0] ?? output) : output;
}

/** Undefined where there are several. */
function onlyReader({ network: { index } }: RealNetwork, tensor: string): Node | undefined {
  const [reader, ...others] = index.consumers(tensor);
  return others.length === 0 ? reader : undefined;
}

/** Exporters and optimisers fold it into the convolution before it. */
function isNormalisation(node: Node | undefined): boolean {
  return node?.opType === 'BatchNormalization';
}

/** Whether an optimiser has put the activation function into a node, as into com.microsoft.FusedGemm. */
function hasActivation(node: Node): boolean {
  return (stringAttribute(node, 'activation') ?? '') !== '';
}

/** Whether two tensors are real numbers of the same shape but for axes of size 1. */
function hasSameValues(a: Network, tensor: string, b: Network, other: string): boolean {
  const size = valuesOf(a, tensor);
  return size !== undefined && size === valuesOf(b, other);
}

function valuesOf({ shapes }: Network, tensor: string): string | undefined {
  const isReal = /^float/.test(shapes.typeOf(tensor) ?? '');
  const shape = isReal ? shapes.staticShapeOf(tensor) : undefined;
  return shape?.filter((size) => size !== 1).join('x');
}

function answered(
  ofA: Float32Array | undefined,
  scoresA: Scores | undefined,
  ofB: Float32Array | undefined,
  scoresB: Scores | undefined,
): Pick<PhotoComparison, 'a' | 'b' | 'largest'> {
  if (scoresA === undefined || scoresB === undefined) {
    return { a: undefined, b: undefined, largest: NaN };
  }
  const rowA = probabilities(ofA ?? new Float32Array(), scoresA);
  const rowB = probabilities(ofB ?? new Float32Array(), scoresB);
  const largest = rowA.reduce((most, value, at) => Math.max(most, Math.abs(value - (rowB[at] ?? NaN))), 0);
  return { a: likeliest(rowA), b: likeliest(rowB), largest };
}

function likeliest(row: Float32Array): Prediction | undefined {
  return row.every(Number.isFinite) ? topPredictions(row, 1)[0] : undefined;
}
