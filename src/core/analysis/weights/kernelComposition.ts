/** The kernel of one linear layer behind another. */

import type { Engine, RunOptions } from '../../engine.js';
import { encodeModel } from '../../onnx/encode.js';
import { makeNode } from '../../onnx/makeNode.js';
import type { Graph } from '../../onnx/model.js';
import { elementCount, floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';
import type { MergePlan } from './mergePlan.js';

/**
 * The kernel of one convolution behind another: [outputs, inputs, positions...]. The sums over the channels between
 * them are a matrix product, which the engine computes: [positions2 * outputs, channels] by [channels, inputs *
 * positions1].
 */
export async function composeKernels(
  engine: Engine,
  inner: FloatTensor,
  outer: FloatTensor,
  { first, second, merged }: MergePlan,
  options: RunOptions,
): Promise<FloatTensor> {
  const [innerPlaces, outerPlaces] = [first, second].map(({ axes }) =>
    placesOf(axes.map(({ kernel }) => kernel)),
  );
  const outerCount = outerPlaces?.length ?? 1;
  const innerCount = innerPlaces?.length ?? 1;
  const left = new Float32Array(outer.data.length);
  for (let output = 0; output < second.outputs; output++) {
    for (let channel = 0; channel < second.inputs; channel++) {
      for (let place = 0; place < outerCount; place++) {
        left[(place * second.outputs + output) * second.inputs + channel] =
          outer.data[(output * second.inputs + channel) * outerCount + place] ?? 0;
      }
    }
  }
  const product = await multiply(
    engine,
    floatTensor([outerCount * second.outputs, second.inputs], left),
    floatTensor([first.outputs, first.inputs * innerCount], inner.data),
    options,
  );
  const kernels = merged.axes.map(({ kernel }) => kernel);
  const count = elementCount(kernels);
  const data = new Float32Array(merged.outputs * merged.inputs * count);
  for (const [v, outerPlace] of (outerPlaces ?? [[]]).entries()) {
    for (const [t, innerPlace] of (innerPlaces ?? [[]]).entries()) {
      const place = merged.axes.reduce((flat, { kernel, dilation }, axis) => {
        const [one, two] = [first.axes[axis], second.axes[axis]];
        const offset =
          (innerPlace[axis] ?? 0) * (one?.dilation ?? 1) +
          (outerPlace[axis] ?? 0) * (two?.dilation ?? 1) * (one?.stride ?? 1);
        return flat * kernel + offset / dilation;
      }, 0);
      for (let output = 0; output < merged.outputs; output++) {
        const row = (v * merged.outputs + output) * first.inputs * innerCount;
        for (let input = 0; input < merged.inputs; input++) {
          const at = (output * merged.inputs + input) * count + place;
          data[at] = (data[at] ?? 0) + (product[row + input * innerCount + t] ?? 0);
        }
      }
    }
  }
  return floatTensor([merged.outputs, merged.inputs, ...kernels], data);
}

/** Every position of a kernel, row-major; one without axes for a product. */
function placesOf(kernels: readonly number[]): readonly (readonly number[])[] {
  return kernels.reduce<readonly (readonly number[])[]>(
    (places, kernel) => places.flatMap((place) => Array.from({ length: kernel }, (_, at) => [...place, at])),
    [[]],
  );
}

async function multiply(
  engine: Engine,
  a: FloatTensor,
  b: FloatTensor,
  options: RunOptions,
): Promise<Float32Array> {
  const graph: Graph = {
    name: 'product',
    nodes: [makeNode('product', 'MatMul', ['a', 'b'], ['ab'])],
    inputs: [
      { name: 'a', dtype: 'float32', shape: a.shape },
      { name: 'b', dtype: 'float32', shape: b.shape },
    ],
    outputs: [{ name: 'ab', dtype: 'float32' }],
    constants: new Map(),
    valueInfo: new Map(),
  };
  const model = encodeModel({ graph, opsets: new Map([['', 13]]), irVersion: 8, folder: '' });
  const [result] = await engine.run([{ model, feeds: { a, b }, fetch: ['ab'] }], options);
  return result?.['ab']?.data as Float32Array;
}
