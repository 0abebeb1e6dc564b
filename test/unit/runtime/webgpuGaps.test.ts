import { expect, it } from 'vitest';
import type { WrittenTensor } from '../core/onnx/modelFile.js';
import { sessionOptions } from '../../../src/runtime/providers.js';
import { nodesForTheProcessor } from '../../../src/runtime/webgpuGaps.js';
import { modelBytes, node, smallGraph, weight } from '../core/onnx/modelFile.js';

/** A model with a grouped convolution of `maps` maps a group, and max pools with and without switches. */
function model(maps: number): Uint8Array {
  const groups = { name: 'group', type: 2, i: 2 };
  const w: WrittenTensor = weight('w', [2 * maps, 4, 3, 3]);
  return modelBytes({
    ...smallGraph(),
    node: [
      node('Conv', ['image', 'w'], ['c'], [groups]),
      node('MaxPool', ['c'], ['p']),
      node('MaxPool', ['c'], ['q', 'switches']),
    ],
    initializer: [w],
  });
}

it.each([
  [1, ['MaxPool_q']],
  [4, ['MaxPool_q']],
  [6, ['Conv_c', 'MaxPool_q']],
  [7, ['Conv_c', 'MaxPool_q']],
  [8, ['MaxPool_q']],
])('leaves to the processor what WebGPU does wrongly, with %d maps a group', (maps, names) => {
  expect(nodesForTheProcessor(model(maps))).toEqual(names);
  expect(sessionOptions('webgpu', 1, model(maps)).executionProviders).toEqual([
    { name: 'webgpu', forceCpuNodeNames: names },
  ]);
});

it('names no nodes where there are none, which onnxruntime would refuse, nor for other providers', () => {
  const plain = modelBytes(smallGraph());
  expect(sessionOptions('webgpu', 1, plain).executionProviders).toEqual([{ name: 'webgpu' }]);
  expect(sessionOptions('cuda', 1, model(6)).executionProviders).toEqual([{ name: 'cuda' }]);
  expect(nodesForTheProcessor(new Uint8Array([1, 2, 3]))).toEqual([]);
});
