/** Models whose graphs leave shapes open, run by the real engine. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { projectUnit } from '../../../../src/core/analysis/photo/projection.js';
import { measureShapes, withMeasuredShapes } from '../../../../src/core/network/measuredShapes.js';
import type { Network } from '../../../../src/core/network/network.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { FloatTensor } from '../../../../src/core/tensor.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { ints, modelBytes, node, value, weight, writeFile } from '../onnx/modelFile.js';
import type { WrittenNode, WrittenTensor } from '../onnx/modelFile.js';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

const int64 = (name: string, number: number): WrittenTensor => ({
  name,
  dims: [1],
  dataType: 7,
  rawData: new Uint8Array(BigInt64Array.of(BigInt(number)).buffer),
});
const float = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);

/** A convolution whose [1, 4, 6, 6] maps are brought into the shape `target`, a rectifier, and a linear layer of 36. */
function model(name: string, target: WrittenNode[], image: (number | string)[] = [1, 3, 8, 8]): string {
  return writeFile(
    `${name}.onnx`,
    modelBytes({
      name: 'g',
      node: [
        node('Conv', ['image', 'w'], ['c'], [ints('kernel_shape', [3, 3])]),
        ...target,
        node('Reshape', ['c', 'target'], ['rows']),
        node('Relu', ['rows'], ['r']),
        node('MatMul', ['r', 'm'], ['scores']),
      ],
      initializer: [
        weight('w', [4, 3, 3, 3]),
        weight('m', [36, 2]),
        weight('flags', [6], float(0, 1, 1, 0, 1, 1)),
        int64('one', 1),
        int64('rest', -1),
        int64('four', 4),
      ],
      input: [value('image', image)],
      output: [value('scores')],
      valueInfo: [],
    }),
  );
}

/** Inference does not follow values through Erf, which leaves zeros zero. */
const computed = node('Erf', ['flags'], ['computed']);

/** [1, number of entries of `tensor` that are not zero, -1]. */
const countOf = (tensor: string): WrittenNode[] => [
  node('NonZero', [tensor], ['places']),
  node('Shape', ['places'], ['extent']),
  node('Gather', ['extent', 'one'], ['count']),
  node('Concat', ['one', 'count', 'rest'], ['target'], [{ name: 'axis', type: 2, i: 0 }]),
];

/** The same shape, told outright. */
const FIXED = [node('Concat', ['one', 'four', 'rest'], ['target'], [{ name: 'axis', type: 2, i: 0 }])];

const photo: FloatTensor = floatTensor(
  [1, 3, 8, 8],
  Float32Array.from({ length: 192 }, (_, at) => Math.sin(at)),
);

async function projected(network: Network): Promise<FloatTensor> {
  const layer = network.layers.at(-1);
  if (layer === undefined) {
    throw new Error('no layers');
  }
  const setting = {
    layer,
    method: 'gradient',
    normalization: 'exact',
    target: { kind: 'strongest' },
  } as const;
  return (await projectUnit(engine, network, photo, setting)).projection;
}

describe('shapes that are computed from values', () => {
  it('are those that a run has, so that layers have sizes and signals can be projected', async () => {
    const open = await openNetwork(model('counted', [computed, ...countOf('computed')]));
    expect(open.shapes.staticShapeOf('rows')).toBeUndefined();
    const network = await withMeasuredShapes(open, await measureShapes(open, engine));
    expect(network.shapes.staticShapeOf('rows')).toEqual([1, 4, 36]);
    expect(network.shapes.staticShapeOf('scores')).toEqual([1, 4, 2]);
    expect(network.layers.at(-1)?.multiplyAdds).toBe(4 * 36 * 2);

    const fixed = await openNetwork(model('fixed', FIXED));
    expect(fixed.shapes.staticShapeOf('rows')).toEqual([1, 4, 36]);
    expect(await projected(network)).toEqual(await projected(fixed));
  });

  it('stay unknown where another image gives another shape', async () => {
    const open = await openNetwork(
      model('lit', [computed, ...countOf('computed'), node('NonZero', ['image'], ['lit'])]),
    );
    const { shapes } = await withMeasuredShapes(open, await measureShapes(open, engine));
    expect(shapes.staticShapeOf('places')).toEqual([1, 4]);
    expect(shapes.staticShapeOf('lit')).toBeUndefined();
    expect(shapes.shapeOf('lit')).toEqual([4, undefined]);
  });

  it('stay unknown where the model does not run, and a projection says that it would have to', async () => {
    const open = await openNetwork(model('counted-image', countOf('image')));
    await expect(measureShapes(open, engine)).rejects.toThrow(/Reshape_rows/);
    await expect(projected(open)).rejects.toThrow(
      /the shape of tensor '\w+' cannot be told without running the model/,
    );
  });
});

it('leaves a network alone whose shapes are all known', async () => {
  const network = await openNetwork(model('known', FIXED));
  const idle = { run: () => Promise.reject(new Error('nothing is to be run')) };
  expect(await withMeasuredShapes(network, await measureShapes(network, idle))).toBe(network);
});
