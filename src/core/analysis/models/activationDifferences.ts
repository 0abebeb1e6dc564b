/** How far are the activations of two networks apart on one photo? Both run in the engine; sums and class scores alone leave it. */

import type { Engine, ModelStep, Step, TensorMap } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { forwardOf } from '../../network/forward.js';
import { codeOf } from '../../onnx/dataTypes.js';
import { int } from '../../onnx/attributes.js';
import type { DerivedModel } from '../../onnx/model.js';
import { keptModel } from '../../onnx/smallModel.js';
import { toFloat32 } from '../../floats.js';
import type { DataType, FloatTensor } from '../../tensor.js';
import { elementCount } from '../../tensor.js';
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

/** A network and what it is given. */
export interface Run {
  readonly network: Network;
  readonly input: FloatTensor;
}

/** Bytes of activations that a request holds of each network. */
const MOST_BYTES = 2 ** 28;

/** What two networks make of a photo. */
export interface Answers {
  /** Of each pair, in their order. */
  readonly sums: readonly ActivationSums[];
  /** Rows of class scores; undefined of a network that does not classify. */
  readonly a: Float32Array | undefined;
  readonly b: Float32Array | undefined;
}

/** Runs both networks, each once for as many pairs as fit into memory. */
export async function activationAnswers(
  engine: Engine,
  a: Run,
  b: Run,
  pairs: readonly TensorPair[],
  signal: AbortSignal,
): Promise<Answers> {
  const sums: ActivationSums[] = [];
  let scores: Pick<Answers, 'a' | 'b'> = { a: undefined, b: undefined };
  for (const some of portions(a.network, pairs)) {
    const [ofA, ofB] = [some.map((pair) => pair.a), some.map((pair) => pair.b)];
    const steps: Step[] = [forward(a, ofA), forward(b, ofB)];
    for (const pair of some) {
      const types = [a.network.shapes.typeOf(pair.a), b.network.shapes.typeOf(pair.b)] as const;
      steps.push({
        model: sumsModel(types[0] ?? 'float32', types[1] ?? 'float32'),
        feeds: { x: { step: 0, output: pair.a }, y: { step: 1, output: pair.b } },
        fetch: [...OUTPUTS],
      });
    }
    const answers = await engine.run(steps, { signal, lane: 'batch' });
    sums.push(...some.map((_, place) => told(answers[place + 2] ?? {})));
    // They are the same in every portion.
    scores = { a: scoresIn(a, answers[0]), b: scoresIn(b, answers[1]) };
  }
  return { sums, ...scores };
}

function scoresIn({ network: { scores } }: Run, answer: TensorMap | undefined): Float32Array | undefined {
  const tensor = scores && answer?.[scores.tensor];
  return tensor && toFloat32(tensor, scores.tensor).data;
}

function forward({ network, input }: Run, tensors: readonly string[]): ModelStep {
  const scores = network.scores === undefined ? [] : [network.scores.tensor];
  return {
    model: forwardOf(network, [...new Set([...tensors, ...scores])]),
    feeds: { [network.input.name]: input },
    fetch: scores,
  };
}

function* portions(network: Network, pairs: readonly TensorPair[]): Generator<readonly TensorPair[]> {
  let some: TensorPair[] = [];
  let bytes = 0;
  for (const pair of pairs) {
    const size = 4 * elementCount(network.shapes.staticShapeOf(pair.a) ?? []);
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
