import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { toFloat32 } from '../../../../src/core/floats.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import { deriveForward, shapesFor } from '../../../../src/core/onnx/derive.js';
import { loadModel } from '../../../../src/core/onnx/load.js';
import type { Model } from '../../../../src/core/onnx/model.js';
import type { WrittenAttribute } from './modelFile.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { ints, modelBytes, node, smallGraph, writeFile } from './modelFile.js';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

const shape = [1, 3, 16, 16];
const image = floatTensor(
  shape,
  Float32Array.from({ length: 768 }, (_, index) => Math.sin(index)),
);

/** A convolution, then one with the activation fused into it, to which the first one's output is added. */
function fusedFile(activation: string, parameters: number[]): string {
  const graph = smallGraph();
  const attributes: WrittenAttribute[] = [
    ints('kernel_shape', [3, 3]),
    { name: 'activation', type: 3, s: new TextEncoder().encode(activation) },
    ...(parameters.length > 0 ? [{ name: 'activation_params', type: 6, floats: parameters }] : []),
  ];
  graph.node.splice(1, 1, {
    ...node('FusedConv', ['image', 'w', 'b', 'c'], ['r'], attributes),
    domain: 'com.microsoft',
  });
  const opsetImport = [
    { domain: '', version: 17 },
    { domain: 'com.microsoft', version: 1 },
  ];
  return writeFile(`fused-${activation}.onnx`, modelBytes(graph, { opsetImport }));
}

async function run(model: Model): Promise<Float32Array> {
  const inputs = new Map([['image', shape]]);
  const derived = deriveForward(model, ['r'], inputs, shapesFor(model, inputs));
  const [result] = await engine.run([{ model: derived, feeds: { image }, fetch: ['r'] }]);
  return toFloat32(result?.['r'] ?? image, 'r').data;
}

describe.each<[string, number[]]>([
  ['Relu', []],
  ['Tanh', []],
  ['Sigmoid', []],
  ['LeakyRelu', [0.3]],
  ['HardSigmoid', [0.1, 0.4]],
  ['Clip', [0, 0.5]],
])('a FusedConv with %s', (activation, parameters) => {
  it('is taken apart into layers that give what onnxruntime gives', async () => {
    const file = fusedFile(activation, parameters);
    const network = await openNetwork(file);
    const operators = network.model.graph.nodes.map(({ opType }) => opType);
    expect(operators).toEqual(['Conv', 'Conv', 'Add', activation, 'GlobalAveragePool', 'Flatten']);
    const [apart, fused] = [await run(network.model), await run(await loadModel(file))];
    expect(apart).toHaveLength(fused.length);
    const difference = apart.reduce((most, v, at) => Math.max(most, Math.abs(v - (fused[at] ?? NaN))), 0);
    expect(difference).toBeLessThan(1e-5);
  });
});

it('leaves a FusedConv with an unknown activation as it is', async () => {
  const network = await openNetwork(fusedFile('Softplus', []));
  expect(network.model.graph.nodes[1]?.opType).toBe('FusedConv');
});
