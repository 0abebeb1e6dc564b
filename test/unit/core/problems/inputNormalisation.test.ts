import { describe, expect, it } from 'vitest';

import {
  inputNormalisation,
  inputNormalisationProblems,
} from '../../../../src/core/problems/inputNormalisation.js';
import type { Network } from '../../../../src/core/network/network.js';
import { PRESETS } from '../../../../src/core/network/preprocessing.js';
import type { Preprocessing } from '../../../../src/core/network/preprocessing.js';
import { constant, float, weight } from '../onnx/build.js';
import type { NodeSpec } from '../onnx/build.js';
import { networkOf } from '../onnx/networkOf.js';

const values = (name: string, ...numbers: number[]): ReturnType<typeof constant> =>
  constant(name, 'float32', numbers.length === 1 ? [] : [1, numbers.length, 1, 1], numbers);

/** Nodes in a row behind an input of three channels, and a convolution. */
function network(...nodes: NodeSpec[]): Network {
  return networkOf({
    inputs: { x: [1, 3, 8, 8] },
    constants: [
      values('mean', 0.485, 0.456, 0.406),
      values('std', 0.229, 0.224, 0.225),
      values('levels', 255),
      constant('ones', 'float32', [3], [1, 1, 1]),
      constant('zeros', 'float32', [3], [0, 0, 0]),
      constant('levelMean', 'float32', [3], [124, 116, 104]),
      constant('levelVariance', 'float32', [3], [58 ** 2, 57 ** 2, 57 ** 2]),
      weight('w', 4, 3, 3, 3),
    ],
    nodes: [...nodes, { opType: 'Conv', inputs: [nodes.at(-1)?.name ?? 'x', 'w'], name: 'conv' }],
  });
}
const divide: NodeSpec = { opType: 'Div', inputs: ['x', 'levels'], name: 'divide' };
const shift = (from: string): NodeSpec[] => [
  { opType: 'Sub', inputs: [from, 'mean'], name: 'shift' },
  { opType: 'Div', inputs: ['shift', 'std'], name: 'scale' },
];
const normalise: NodeSpec = {
  opType: 'BatchNormalization',
  inputs: ['x', 'ones', 'zeros', 'levelMean', 'levelVariance'],
  name: 'bn',
  attributes: { epsilon: float(0) },
};
const preset = (name: string): Preprocessing => {
  const found = PRESETS.get(name);
  if (found === undefined) {
    throw new Error(`there is no preset ${name}`);
  }
  return found;
};
const raw: Preprocessing = { ...preset('unit'), name: 'raw', scale: 1 };
const idsOf = (of: Network, preprocessing: Preprocessing, isDeclared = true): string[] =>
  inputNormalisationProblems(of, { preprocessing, isDeclared }).map(
    ({ id, severity }) => `${id} ${severity}`,
  );

describe('the normalisation in a graph', () => {
  it('is read as one factor and one term a channel', () => {
    const found = inputNormalisation(network(divide, ...shift('divide')));
    expect(found?.nodes.map(({ name }) => name)).toEqual(['divide', 'shift', 'scale']);
    for (const [channel, [mean, std]] of [
      [0.485, 0.229],
      [0.456, 0.224],
      [0.406, 0.225],
    ].entries()) {
      expect(found?.factor[channel]).toBeCloseTo(1 / 255 / (std ?? 1), 8);
      expect(found?.term[channel]).toBeCloseTo(-(mean ?? 0) / (std ?? 1), 6);
    }
  });

  it('is read from a BatchNormalization', () => {
    const found = inputNormalisation(network(normalise));
    expect(found?.trained?.mean).toEqual([124, 116, 104]);
    expect(found?.factor[0]).toBeCloseTo(1 / 58, 8);
    expect(found?.term[0]).toBeCloseTo(-124 / 58, 6);
  });

  it('is none where a convolution comes first', () => {
    expect(inputNormalisation(network())).toBeUndefined();
  });
});

describe('a preprocessing', () => {
  it('that normalises what the graph normalises is a finding, graver when it was declared', () => {
    const both = network(...shift('x'));
    expect(idsOf(both, preset('imagenet'))).toEqual(['double-normalisation warning']);
    expect(idsOf(both, preset('imagenet'), false)).toEqual(['double-normalisation information']);
    expect(idsOf(network(divide), preset('unit'))).toEqual(['double-normalisation warning']);
  });

  it('that leaves to the graph what the graph does is none', () => {
    expect(idsOf(network(...shift('x')), preset('unit'))).toEqual([]);
    expect(idsOf(network(divide, ...shift('divide')), raw)).toEqual([]);
    expect(idsOf(network(), preset('imagenet'))).toEqual([]);
  });

  it('is held against the statistics of a BatchNormalization on the input', () => {
    expect(idsOf(network(normalise), preset('imagenet'))).toEqual(['contradicting-normalisation warning']);
    expect(idsOf(network(normalise), raw)).toEqual([]);
  });
});
