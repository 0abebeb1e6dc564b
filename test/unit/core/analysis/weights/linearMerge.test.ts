import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { mergeLinear } from '../../../../../src/core/analysis/weights/linearMerge.js';
import { linearityError, noise } from '../../../../../src/core/analysis/weights/linearity.js';
import { linearPairs } from '../../../../../src/core/analysis/weights/linearPairs.js';
import { planMerge } from '../../../../../src/core/analysis/weights/mergePlan.js';
import { UserError } from '../../../../../src/core/errors.js';
import { openNetwork } from '../../../../../src/core/network/open.js';
import type { Network } from '../../../../../src/core/network/network.js';
import { deriveForward } from '../../../../../src/core/onnx/derive.js';
import type { WrittenAttribute, WrittenNode, WrittenTensor } from '../../onnx/modelFile.js';
import type { EngineClient } from '../../../../../src/runtime/client.js';
import { startTestEngine } from '../../../runtime/testEngine.js';
import { ints, modelBytes, node, value, weight, writeFile } from '../../onnx/modelFile.js';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

let seed = 10;
/** Random weights between -1/2 and 1/2. */
function random(name: string, ...dims: number[]): WrittenTensor {
  const { data } = noise(dims, seed++);
  return weight(name, dims, new Uint8Array(data.map((each) => each / 2).buffer));
}

const int = (name: string, i: number): WrittenAttribute => ({ name, type: 2, i });
const float = (name: string, f: number): WrittenAttribute => ({ name, type: 1, f });

let files = 0;
async function open(
  input: number[],
  nodes: WrittenNode[],
  weights: WrittenTensor[],
  outputs = [nodes.at(-1)?.output?.[0] ?? ''],
): Promise<Network> {
  const graph = {
    name: 'g',
    node: nodes,
    initializer: weights,
    input: [value('image', input)],
    output: outputs.map((name) => value(name)),
    valueInfo: [],
  };
  const metadataProps = [{ key: 'author', value: 'test' }];
  return openNetwork(writeFile(`merge${files++}.onnx`, modelBytes(graph, { metadataProps })));
}

async function outputOf({ model, input, shapes }: Network): Promise<Float32Array> {
  const [output = ''] = model.graph.outputs.map(({ name }) => name);
  const derived = deriveForward(model, [output], new Map([[input.name, input.shape]]), shapes);
  const [result] = await engine.run([
    { model: derived, feeds: { [input.name]: noise(input.shape, 99) }, fetch: [output] },
  ]);
  return result?.[output]?.data as Float32Array;
}

/** Merges, opens the file that was written, and gives both outputs for another input than the merge used. */
async function merged(network: Network): Promise<{ after: Network; error: number; saved: number }> {
  const { bytes, parametersSaved } = await mergeLinear(engine, network);
  const after = await openNetwork(writeFile(`merged${files++}.onnx`, bytes));
  const [before, now] = [await outputOf(network), await outputOf(after)];
  expect(now).toHaveLength(before.length);
  const largest = before.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const error = before.reduce((most, each, at) => Math.max(most, Math.abs(each - (now[at] ?? NaN))), 0);
  return { after, error: error / largest, saved: parametersSaved };
}

const operators = ({ model }: Network): string[] => model.graph.nodes.map(({ opType }) => opType);

describe('merging', () => {
  it('takes a convolution and the pointwise one behind it into one, over a normalisation', async () => {
    const network = await open(
      [1, 3, 17, 15],
      [
        node(
          'Conv',
          ['image', 'w', 'b'],
          ['c'],
          [ints('strides', [2, 1]), ints('pads', [1, 2, 0, 1]), ints('dilations', [1, 2])],
        ),
        node(
          'BatchNormalization',
          ['c', 'gamma', 'beta', 'mean', 'variance'],
          ['n'],
          [float('epsilon', 0.01)],
        ),
        node('Conv', ['n', 'v', 'a'], ['d'], [ints('strides', [1, 2])]),
        node('Relu', ['d'], ['r']),
      ],
      [
        random('w', 8, 3, 3, 3),
        random('b', 8),
        random('gamma', 8),
        random('beta', 8),
        random('mean', 8),
        weight('variance', [8], new Uint8Array(Float32Array.from({ length: 8 }, (_, at) => 0.1 + at).buffer)),
        random('v', 4, 8, 1, 1),
        random('a', 4),
      ],
    );
    const { after, error, saved } = await merged(network);
    expect(error).toBeLessThan(1e-5);
    expect(operators(after)).toEqual(['Conv', 'Relu']);
    // 8*27+8, 4*8 of the normalisation, 4*8+4; in their place 4*27+4.
    expect(saved).toBe(216 + 8 + 32 + 36 - 112);
    expect(after.model.metadata.get('author')).toBe('test');
    expect([...after.model.graph.constants.keys()]).toEqual(['Conv_d.merged.weight', 'Conv_d.merged.bias']);
  });

  it('takes a pointwise convolution into the one behind it, padding included where nothing is added', async () => {
    const network = await open(
      [1, 3, 9, 9],
      [
        node('Conv', ['image', 'w'], ['c']),
        node('Conv', ['c', 'v', 'a'], ['d'], [ints('pads', [1, 1, 1, 1]), ints('strides', [2, 2])]),
      ],
      [random('w', 16, 3, 1, 1), random('v', 4, 16, 3, 3), random('a', 4)],
    );
    const { after, error } = await merged(network);
    expect(error).toBeLessThan(1e-5);
    expect(after.layers[0]?.detail).toBe('3x3, stride 2, pad 1');
  });

  it('takes two larger kernels into one still larger, stride and dilation of the first included', async () => {
    const network = await open(
      [1, 1, 21, 20],
      [
        node('Conv', ['image', 'w', 'b'], ['c'], [ints('strides', [2, 1]), ints('pads', [1, 1, 1, 1])]),
        node('Conv', ['c', 'v'], ['d'], [ints('dilations', [1, 2])]),
      ],
      [random('w', 16, 1, 3, 2), random('b', 16), random('v', 2, 16, 2, 3)],
    );
    const { after, error } = await merged(network);
    expect(error).toBeLessThan(1e-5);
    // Rows: 3 + (2 - 1) * 2; columns: 2 + (3 - 1) * 2.
    expect(after.shapes.staticShapeOf('Conv_d.merged.weight')).toEqual([2, 1, 5, 6]);
  });

  it('fills groups up', async () => {
    const network = await open(
      [1, 4, 6, 6],
      [node('Conv', ['image', 'w'], ['c'], [int('group', 2)]), node('Conv', ['c', 'v'], ['d'])],
      [random('w', 64, 2, 2, 2), random('v', 2, 64, 1, 1)],
    );
    expect((await merged(network)).error).toBeLessThan(1e-5);
  });

  it('takes a chain of matrix products with their biases into one', async () => {
    const network = await open(
      [1, 3, 4, 4],
      [
        node('Flatten', ['image'], ['f']),
        node('Gemm', ['f', 'w', 'b'], ['g'], [int('transB', 1), float('alpha', 0.5), float('beta', 2)]),
        node('MatMul', ['g', 'v'], ['m']),
        node('Add', ['m', 'a'], ['s']),
        node('Dropout', ['s'], ['o']),
        node('Gemm', ['o', 'u'], ['h']),
      ],
      [random('w', 64, 48), random('b', 64), random('v', 64, 32), random('a', 32), random('u', 32, 5)],
    );
    const { after, error, saved } = await merged(network);
    expect(error).toBeLessThan(1e-5);
    expect(operators(after)).toEqual(['Flatten', 'Gemm']);
    expect(saved).toBe(64 * 48 + 64 + 64 * 32 + 32 + 32 * 5 - (48 * 5 + 5));
  });

  it('keeps a product of tokens a product', async () => {
    const network = await open(
      [1, 6, 5, 8],
      [
        node('MatMul', ['image', 'w'], ['m']),
        node('Add', ['b', 'm'], ['s']),
        node('MatMul', ['s', 'v'], ['o']),
      ],
      [random('w', 8, 20), random('b', 20), random('v', 20, 4)],
    );
    const { after, error } = await merged(network);
    expect(error).toBeLessThan(1e-5);
    expect(operators(after)).toEqual(['MatMul', 'Add']);
  });

  it('can be asked for a pair, and says why another is left', async () => {
    const network = await open(
      [1, 3, 8, 8],
      [
        node('Conv', ['image', 'w', 'b'], ['c']),
        node('Conv', ['c', 'v'], ['d'], [ints('pads', [1, 1, 1, 1])]),
        node('Conv', ['d', 'u'], ['e']),
      ],
      [random('w', 8, 3, 1, 1), random('b', 8), random('v', 8, 8, 3, 3), random('u', 8, 8, 1, 1)],
    );
    const [first] = (await mergeLinear(engine, network, { first: 'Conv_d', second: 'Conv_e' })).merged;
    expect(first).toEqual({ first: 'Conv_d', second: 'Conv_e' });
    const ask = mergeLinear(engine, network, { first: 'Conv_c', second: 'Conv_d' });
    await expect(ask).rejects.toThrow(/pads with zeros .* at the border/);
    await expect(mergeLinear(engine, network, { first: 'Conv_c', second: 'Conv_e' })).rejects.toThrow(
      UserError,
    );
  });

  it('refuses a merge that would grow, with both counts', async () => {
    const network = await open(
      [1, 8, 8, 8],
      [node('Conv', ['image', 'w'], ['c']), node('Conv', ['c', 'v'], ['d'])],
      [random('w', 2, 8, 1, 1), random('v', 8, 2, 1, 1)],
    );
    const ask = mergeLinear(engine, network, { first: 'Conv_c', second: 'Conv_d' });
    await expect(ask).rejects.toThrow(/64 parameters in place of 32/);
    await expect(mergeLinear(engine, network)).rejects.toThrow(/no two linear layers/);
  });
});

describe('a pair of linear layers', () => {
  const weights = (): WrittenTensor[] => [random('w', 4, 3, 1, 1), random('v', 4, 4, 1, 1)];
  const two = (...between: WrittenNode[]): Promise<Network> =>
    open(
      [1, 3, 8, 8],
      [
        node('Conv', ['image', 'w'], ['c']),
        ...between,
        node('Conv', [between.at(-1)?.output?.[0] ?? 'c', 'v'], ['d']),
      ],
      weights(),
    );

  it('is one over every linear operator, which running it confirms', async () => {
    const network = await two(
      node('AveragePool', ['c'], ['p'], [ints('kernel_shape', [2, 2])]),
      node('Neg', ['p'], ['n']),
    );
    const [pair, ...others] = linearPairs(network);
    expect(others).toEqual([]);
    expect(pair?.between.map(({ opType }) => opType)).toEqual(['AveragePool', 'Neg']);
    expect(await linearityError(engine, network, 'image', 'd')).toBeLessThan(1e-5);
    expect(pair && planMerge(network, pair).refusal).toMatch(/'AveragePool_p' .* lies between/);
  });

  it.each(['Relu', 'Tanh', 'MaxPool', 'Abs'])(
    'is none over %s, whose bend running it shows',
    async (opType) => {
      const attributes = opType === 'MaxPool' ? [ints('kernel_shape', [2, 2])] : [];
      const network = await two(node(opType, ['c'], ['r'], attributes));
      expect(linearPairs(network)).toEqual([]);
      expect(await linearityError(engine, network, 'image', 'd')).toBeGreaterThan(0.01);
    },
  );

  it('is none where another node reads what lies between', async () => {
    const network = await open(
      [1, 3, 8, 8],
      [node('Conv', ['image', 'w'], ['c']), node('Conv', ['c', 'v'], ['d']), node('Add', ['c', 'd'], ['s'])],
      weights(),
    );
    expect(linearPairs(network)).toEqual([]);
  });

  it('is none where the network gives away what lies between', async () => {
    const network = await open(
      [1, 3, 8, 8],
      [node('Conv', ['image', 'w'], ['c']), node('Conv', ['c', 'v'], ['d'])],
      weights(),
      ['d', 'c'],
    );
    expect(linearPairs(network)).toEqual([]);
  });

  it.each(['alexnet', 'vgg11', 'zfnet', 'squeezenet'])(
    'does not occur in %s, whose layers are bent',
    async (name) => {
      const network = await openNetwork(
        join(import.meta.dirname, `../../../../fixtures/networks/${name}.onnx`),
      );
      expect(linearPairs(network)).toEqual([]);
    },
  );
});
