import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { activationNamed } from '../../../../../src/core/activations/registry.js';
import {
  activationInputs,
  steepness,
  swapActivation,
} from '../../../../../src/core/analysis/photo/activationLayer.js';
import { UserError } from '../../../../../src/core/errors.js';
import { openNetwork } from '../../../../../src/core/network/open.js';
import type { Network } from '../../../../../src/core/network/network.js';
import { findLayer } from '../../../../../src/core/network/layers.js';
import type { Layer } from '../../../../../src/core/network/layers.js';
import { floatTensor } from '../../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../../src/runtime/client.js';
import { startTestEngine } from '../../../runtime/testEngine.js';
import { modelBytes, node, value, weight, writeFile } from '../../onnx/modelFile.js';

// A grey image times 1 and times -1, bent, and summed over the image: two class scores.
let engine: EngineClient;
let network: Network;
let layer: Layer;
beforeAll(async () => {
  engine = startTestEngine();
  const graph = {
    name: 'g',
    node: [
      node('Conv', ['image', 'w'], ['c']),
      node('Relu', ['c'], ['r']),
      node('GlobalAveragePool', ['r'], ['p']),
      node('Flatten', ['p'], ['scores']),
    ],
    initializer: [weight('w', [2, 1, 1, 1], new Uint8Array(Float32Array.of(1, -1).buffer))],
    input: [value('image', [1, 1, 2, 2])],
    output: [value('scores', [1, 2])],
    valueInfo: [],
  };
  network = await openNetwork(writeFile('bent.onnx', modelBytes(graph)));
  layer = findLayer(network.layers, 'relu1');
});
afterAll(() => {
  engine.dispose();
});
const photo = floatTensor([1, 1, 2, 2], [3, 1, -1, -2]);

describe('an activation layer', () => {
  it('is fed what its input holds', async () => {
    const found = await activationInputs(engine, network, photo, layer);
    expect(found.own.activation.id).toBe('relu');
    expect([...found.values]).toEqual([3, 1, -1, -2, -3, -1, 1, 2]);
    expect(found.statistics).toMatchObject({ min: -3, max: 3, mean: 0 });
    expect(found.histogram.counts.reduce((sum, count) => sum + count, 0)).toBe(8);
  });

  it('is refused where it bends nothing', async () => {
    const pool = findLayer(network.layers, 'pool1');
    await expect(activationInputs(engine, network, photo, pool)).rejects.toThrow(UserError);
  });

  it('is as steep as the derivative at its inputs', async () => {
    const { values } = await activationInputs(engine, network, photo, layer);
    // Half of the inputs are negative.
    const relu = steepness(values, activationNamed('relu'), []);
    expect(relu.vanishing).toBe(0.5);
    expect(relu.slope).toBeCloseTo(Math.SQRT1_2, 10);
    // tanh'(2) = 0.07 is above 5 %, tanh'(3) = 0.0099 is not: one 3 and one -3 among eight.
    expect(steepness(values, activationNamed('tanh'), []).vanishing).toBe(2 / 8);
    expect(steepness(values, activationNamed('linear'), [1])).toEqual({ vanishing: 0, slope: 1 });
    expect(steepness(values, activationNamed('heaviside'), []).vanishing).toBe(1);
  });
});

describe('another function in its place', () => {
  it('changes the outputs and the prediction as working it out by hand does', async () => {
    const found = await swapActivation(engine, network, photo, layer, {
      activation: activationNamed('linear'),
      parameters: [1],
    });
    expect(found.before).toMatchObject({ min: 0, max: 3, zeros: 0.5 });
    expect(found.after).toMatchObject({ min: -3, max: 3, zeros: 0 });
    // What is lost are the negative values -1, -2, -3, -1; what is left are 3, 1, 1, 2: squares 15 and 15.
    expect(found.change).toBeCloseTo(1, 6);
    // Scores: means of 3 1 0 0 and 0 0 1 2 before; of x and -x behind.
    const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
    expect(found.probabilities?.before[0]).toBeCloseTo(logistic(4 / 4 - 3 / 4), 6);
    expect(found.probabilities?.after[0]).toBeCloseTo(logistic(1 / 4 + 1 / 4), 6);
  });

  it('that is the same function changes nothing', async () => {
    const same = await swapActivation(engine, network, photo, layer, {
      activation: activationNamed('relu'),
      parameters: [],
    });
    expect(same.change).toBe(0);
    expect(same.probabilities?.after).toEqual(same.probabilities?.before);
  });
});
