/** How far are the activations of two networks apart on some photos? Both run in the engine; sums and class scores alone leave it. */

import type { Engine, FromStep, ModelStep, Step, TensorMap } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { forwardOf } from '../../network/forward.js';
import { codeOf } from '../../onnx/dataTypes.js';
import { int, ints } from '../../onnx/attributes.js';
import type { DerivedModel } from '../../onnx/model.js';
import { keptModel } from '../../onnx/smallModel.js';
import { toFloat32 } from '../../floats.js';
import type { DataType, FloatTensor } from '../../tensor.js';
import { elementCount } from '../../tensor.js';
import { FEWEST_PHOTOS } from './cka.js';
import type { Grams } from './cka.js';
import { addedSums, NO_SUMS } from './sums.js';
import type { PairSums } from './sums.js';

/** Tensors of two networks that stand for each other, of one number of values. */
export interface TensorPair {
  readonly a: string;
  readonly b: string;
}

export interface ActivationSums extends PairSums {
  /** Values of each that are NaN or infinite: the other sums are of no use then. */
  readonly notFinite: readonly [a: number, b: number];
}

export const NO_ACTIVATION_SUMS: ActivationSums = { ...NO_SUMS, notFinite: [0, 0] };

export function addedActivationSums(before: ActivationSums, more: ActivationSums): ActivationSums {
  return {
    ...addedSums(before, more),
    notFinite: [before.notFinite[0] + more.notFinite[0], before.notFinite[1] + more.notFinite[1]],
  };
}

/** A photo as each network takes it. */
export interface Inputs {
  readonly a: FloatTensor;
  readonly b: FloatTensor;
}

/** Bytes of activations that a request holds of each network. */
const MOST_BYTES = 2 ** 29;

/** What two networks make of some photos. */
export interface Answers {
  /** Of each pair, in their order, over the photos. */
  readonly sums: readonly ActivationSums[];
  /** Of each pair, where there are photos enough. */
  readonly grams: readonly Grams[];
  /** Of each photo. */
  readonly photos: readonly PhotoScores[];
}

/** Rows of class scores; undefined of a network that does not classify. */
export interface PhotoScores {
  readonly a: Float32Array | undefined;
  readonly b: Float32Array | undefined;
}

/** Runs both networks on every photo, once for as many pairs as fit into memory. */
export async function activationAnswers(
  engine: Engine,
  { a, b }: { readonly a: Network; readonly b: Network },
  photos: readonly Inputs[],
  pairs: readonly TensorPair[],
  signal: AbortSignal,
): Promise<Answers> {
  const sums: ActivationSums[] = [];
  const grams: Grams[] = [];
  let scores: readonly PhotoScores[] = [];
  for (const some of portions(a, pairs, photos.length)) {
    const [ofA, ofB] = [some.map((pair) => pair.a), some.map((pair) => pair.b)];
    const runs = photos.flatMap((inputs) => [forward(a, inputs.a, ofA), forward(b, inputs.b, ofB)]);
    const steps: Step[] = [...runs];
    const compared = some.map((pair) => {
      const types = {
        x: a.shapes.typeOf(pair.a) ?? 'float32',
        y: b.shapes.typeOf(pair.b) ?? 'float32',
      } as const;
      const x = photos.map((_, photo) => ({ step: 2 * photo, output: pair.a }));
      const y = photos.map((_, photo) => ({ step: 2 * photo + 1, output: pair.b }));
      const first = steps.length;
      x.forEach((of, photo) => {
        const feeds = { x: of, y: y[photo] ?? of };
        steps.push({ model: sumsModel(types.x, types.y), feeds, fetch: [...OUTPUTS] });
      });
      if (photos.length >= FEWEST_PHOTOS) {
        steps.push(gramStep(x, types.x), gramStep(y, types.y));
      }
      return first;
    });
    const answers = await engine.run(steps, { signal, lane: 'batch' });
    for (const first of compared) {
      const ofPhotos = answers.slice(first, first + photos.length);
      sums.push(ofPhotos.map(told).reduce(addedActivationSums, NO_ACTIVATION_SUMS));
      if (photos.length >= FEWEST_PHOTOS) {
        const [x, y] = [answers[first + photos.length], answers[first + photos.length + 1]];
        grams.push({ x: gramIn(x), y: gramIn(y) });
      }
    }
    // They are the same in every portion.
    scores = photos.map((_, photo) => ({
      a: scoresIn(a, answers[2 * photo]),
      b: scoresIn(b, answers[2 * photo + 1]),
    }));
  }
  return { sums, grams, photos: scores };
}

function scoresIn({ scores }: Network, answer: TensorMap | undefined): Float32Array | undefined {
  const tensor = scores && answer?.[scores.tensor];
  return tensor && toFloat32(tensor, scores.tensor).data;
}

function forward(network: Network, input: FloatTensor, tensors: readonly string[]): ModelStep {
  const scores = network.scores === undefined ? [] : [network.scores.tensor];
  return {
    model: forwardOf(network, [...new Set([...tensors, ...scores])]),
    feeds: { [network.input.name]: input },
    fetch: scores,
  };
}

function* portions(
  network: Network,
  pairs: readonly TensorPair[],
  photos: number,
): Generator<readonly TensorPair[]> {
  let some: TensorPair[] = [];
  let bytes = 0;
  for (const pair of pairs) {
    const size = 4 * photos * elementCount(network.shapes.staticShapeOf(pair.a) ?? []);
    if (some.length > 0 && bytes + size > MOST_BYTES) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(pair);
    bytes += size;
  }
  // With no pairs at all, scores are wanted nevertheless.
  yield some;
}

const OUTPUTS = ['xx', 'yy', 'xy', 'dd', 'largest', 'lost_x', 'lost_y'] as const;

function told(answer: TensorMap): ActivationSums {
  const of = (name: (typeof OUTPUTS)[number]): number => Number(answer[name]?.data[0] ?? NaN);
  return {
    xx: of('xx'),
    yy: of('yy'),
    xy: of('xy'),
    dd: of('dd'),
    largest: of('largest'),
    notFinite: [of('lost_x'), of('lost_y')],
  };
}

/** Sums over two tensors of any shape and one number of values, in float64. */
function sumsModel(x: DataType, y: DataType): DerivedModel {
  return keptModel(`differences ${x} ${y}`, (g) => {
    const flat = (name: string, dtype: DataType): string => {
      const value = g.emit('Reshape', [g.input(name, dtype), g.whole([1], [-1])]);
      return dtype === 'float64' ? value : g.emit('Cast', [value], { to: int(codeOf('float64')) });
    };
    const [left, right] = [flat('x', x), flat('y', y)];
    const sum = (name: string, value: string): void => {
      g.output(name, 'float64', 'ReduceSum', [value], { keepdims: int(0) });
    };
    const lost = (name: string, value: string): void => {
      const is = g.emit('Or', [g.emit('IsNaN', [value]), g.emit('IsInf', [value])]);
      sum(name, g.emit('Cast', [is], { to: int(codeOf('float64')) }));
    };
    const apart = g.emit('Sub', [left, right]);
    sum('xx', g.emit('Mul', [left, left]));
    sum('yy', g.emit('Mul', [right, right]));
    sum('xy', g.emit('Mul', [left, right]));
    sum('dd', g.emit('Mul', [apart, apart]));
    g.output('largest', 'float64', 'ReduceMax', [g.emit('Abs', [apart])], { keepdims: int(0) });
    lost('lost_x', left);
    lost('lost_y', right);
  });
}

/** The products of the features of some photos with each other, in float64, of features less their means. */
function gramStep(features: readonly FromStep[], dtype: DataType): ModelStep {
  const count = features.length;
  const model = keptModel(`gram ${count} ${dtype}`, (g) => {
    const rows = features.map((_, photo) => {
      const flat = g.emit('Reshape', [g.input(`x${photo}`, dtype), g.whole([2], [1, -1])]);
      return dtype === 'float64' ? flat : g.emit('Cast', [flat], { to: int(codeOf('float64')) });
    });
    const all = g.emit('Concat', rows, { axis: int(0) });
    const centred = g.emit('Sub', [all, g.emit('ReduceMean', [all], { axes: ints([0]) })]);
    g.output('gram', 'float64', 'MatMul', [centred, g.emit('Transpose', [centred])]);
  });
  return {
    model,
    feeds: Object.fromEntries(features.map((of, photo) => [`x${photo}`, of])),
    fetch: ['gram'],
  };
}

function gramIn(answer: TensorMap | undefined): Float64Array {
  return Float64Array.from(answer?.gram?.data as Float64Array);
}
