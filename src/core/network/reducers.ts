/**
 * Steps that tell of a layer's maps what an analysis wants to know of them, so that the maps stay in the engine. They read
 * the output of an earlier step, [1, C, ...], and serve every network: each is a small model of its own.
 */

import type { FromStep, ModelStep } from '../engine.js';
import { int, ints } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import type { DerivedModel } from '../onnx/model.js';
import { keptModel } from '../onnx/smallModel.js';
import type { SmallGraph } from '../onnx/smallModel.js';
import { floatTensor, int64Tensor } from '../tensor.js';
import type { DataType, Tensor } from '../tensor.js';

/** A tensor to reduce: an earlier step's output of a floating-point type. */
export interface Reduced {
  readonly of: FromStep | Tensor;
  /** float32 where it is not known. */
  readonly dtype: DataType | undefined;
}

/**
 * The largest value of each map and where it is. Outputs: `largest` float32 [C, 1], and `places` int64 [C, 1], counted row
 * by row: the first of equal ones, on every provider. NaN is found only where there is nothing else.
 */
export function strongestStep({ of, dtype }: Reduced): ModelStep {
  const model = modelFor('strongest', dtype, (g, flat) => {
    const known = g.emit('Where', [g.emit('IsNaN', [flat]), g.float(-Infinity), flat]);
    const largest = g.emit('ReduceMax', [known], { axes: ints([1]) });
    // ArgMax leaves open, on some providers, which of equal values it finds. Float32 counts up to 16,777,216.
    const size = g.emit('Gather', [g.emit('Shape', [flat]), g.whole([], [1])]);
    const length = g.emit('Cast', [size], { to: int(codeOf('float32')) });
    const place = g.emit('Range', [g.float(0), length, g.float(1)]);
    const places = g.emit('Where', [g.emit('Equal', [known, largest]), place, length]);
    const first = g.emit('ReduceMin', [places], { axes: ints([1]) });
    g.output('places', 'int64', 'Cast', [first], { to: int(codeOf('int64')) });
    g.output('largest', 'float32', 'GatherElements', [flat, 'places'], { axis: int(1) });
  });
  return { model, feeds: { maps: of }, fetch: ['largest', 'places'] };
}

/**
 * How many values of each map are zero, and how many lie below `low` or above `high`. Outputs: `zeros` and `beyond`,
 * float32 [C, 1], and `size`, int64 [2]: the number of maps, and of values of a map.
 */
export function countsStep({ of, dtype }: Reduced, low: number, high: number): ModelStep {
  const model = modelFor('counts', dtype, (g, flat) => {
    const count = (condition: string, name: string): void => {
      const ones = g.emit('Cast', [condition], { to: int(codeOf('float32')) });
      g.output(name, 'float32', 'ReduceSum', [ones, g.whole([1], [1])]);
    };
    count(g.emit('Equal', [flat, g.float(0)]), 'zeros');
    const below = g.emit('Less', [flat, g.input('low', 'float32', [])]);
    const above = g.emit('Greater', [flat, g.input('high', 'float32', [])]);
    count(g.emit('Or', [below, above]), 'beyond');
    g.output('size', 'int64', 'Shape', [flat]);
  });
  const feeds = { maps: of, low: floatTensor([], [low]), high: floatTensor([], [high]) };
  return { model, feeds, fetch: ['zeros', 'beyond', 'size'] };
}

/** The sum over each map. Output: `sums` float32 [C]. */
export function sumsStep({ of, dtype }: Reduced): ModelStep {
  const model = modelFor('sums', dtype, (g, flat) => {
    g.output('sums', 'float32', 'ReduceSum', [flat, g.whole([1], [1])], { keepdims: int(0) });
  });
  return { model, feeds: { maps: of }, fetch: ['sums'] };
}

/**
 * The signs of the differences between two tensors of one shape, one image each. Outputs: `signs` int8 [values] of -1, 0 and
 * 1, 0 for equal values alone; `unknown` float32 [], how many differences are NaN.
 */
export function signsStep({ of, dtype = 'float32' }: Reduced, less: FromStep): ModelStep {
  const model = keptModel(`signs ${dtype}`, (g) => {
    const [minuend, subtrahend] = [g.input('maps', dtype), g.input('less', dtype)];
    const difference = g.emit('Sub', [minuend, subtrahend]);
    const real =
      dtype === 'float32' ? difference : g.emit('Cast', [difference], { to: int(codeOf('float32')) });
    const flat = g.emit('Reshape', [real, g.whole([1], [-1])]);
    g.output('signs', 'int8', 'Cast', [g.emit('Sign', [flat])], { to: int(codeOf('int8')) });
    const unknown = g.emit('Cast', [g.emit('IsNaN', [flat])], { to: int(codeOf('float32')) });
    g.output('unknown', 'float32', 'ReduceSum', [unknown, g.whole([1], [0])], { keepdims: int(0) });
  });
  return { model, feeds: { maps: of, less }, fetch: ['signs', 'unknown'] };
}

/**
 * How far two tensors of one shape are apart, one image each. Outputs, float32 []: `distance`, the Euclidean length of their
 * difference, 0 for equal ones alone; `length`, that of `less`. NaN where a value is.
 */
export function distanceStep({ of, dtype = 'float32' }: Reduced, less: FromStep): ModelStep {
  const model = keptModel(`distance ${dtype}`, (g) => {
    const [minuend, subtrahend] = [g.input('maps', dtype), g.input('less', dtype)].map((name) =>
      g.emit('Reshape', [
        dtype === 'float32' ? name : g.emit('Cast', [name], { to: int(codeOf('float32')) }),
        g.whole([1], [-1]),
      ]),
    ) as [string, string];
    const length = { axes: ints([0]), keepdims: int(0) };
    g.output('distance', 'float32', 'ReduceL2', [g.emit('Sub', [minuend, subtrahend])], length);
    g.output('length', 'float32', 'ReduceL2', [subtrahend], length);
  });
  return { model, feeds: { maps: of, less }, fetch: ['distance', 'length'] };
}

/** Some whole maps. Output: `chosen` float32 [maps, positions]. */
export function mapsStep({ of, dtype }: Reduced, channels: readonly number[]): ModelStep {
  const model = modelFor('maps', dtype, (g, flat) => {
    const places = g.input('channels', 'int64', ['n']);
    g.output('chosen', 'float32', 'Gather', [flat, places], { axis: int(0) });
  });
  const feeds = { maps: of, channels: int64Tensor([channels.length], channels) };
  return { model, feeds, fetch: ['chosen'] };
}

/** The model `kind` for maps of a type, built once. @param build is given the maps in float32, one a row */
function modelFor(
  kind: string,
  dtype: DataType = 'float32',
  build: (graph: SmallGraph, flat: string) => void,
): DerivedModel {
  return keptModel(`${kind} ${dtype}`, (g) => {
    const maps = g.input('maps', dtype);
    const real = dtype === 'float32' ? maps : g.emit('Cast', [maps], { to: int(codeOf('float32')) });
    build(g, g.emit('Flatten', [real], { axis: int(2) }));
  });
}
