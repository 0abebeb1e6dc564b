import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { contextOf } from '../../../../src/core/jobs/job.js';
import { inspectionJob } from '../../../../src/core/problems/inspection.js';
import { mergeablePair } from '../../../../src/core/problems/problems.js';
import type { Inspection } from '../../../../src/core/problems/inspection.js';
import { noise } from '../../../../src/core/analysis/weights/linearity.js';
import { CancelledError } from '../../../../src/core/errors.js';
import { PRESETS } from '../../../../src/core/network/preprocessing.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import type { WrittenNode, WrittenTensor } from '../onnx/modelFile.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { ints, modelBytes, node, value, weight, writeFile } from '../onnx/modelFile.js';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

let files = 0;
function random(name: string, ...dims: number[]): WrittenTensor {
  return weight(name, dims, new Uint8Array(noise(dims, name.length + dims.length).data.buffer));
}
function open(nodes: WrittenNode[], ...weights: WrittenTensor[]): Promise<Network> {
  const graph = {
    name: 'g',
    node: nodes,
    initializer: weights,
    input: [value('image', [1, 3, 12, 12])],
    output: [value(nodes.at(-1)?.output?.[0] ?? '')],
    valueInfo: [],
  };
  return openNetwork(writeFile(`inspected${files++}.onnx`, modelBytes(graph)));
}

function look(
  network: Network,
  options: { photos?: number; signal?: AbortSignal } = {},
): Promise<Inspection> {
  const preprocessing = PRESETS.get('unit');
  if (preprocessing === undefined) {
    throw new Error('there is no preset unit');
  }
  const inputs = Array.from({ length: options.photos ?? 0 }, (_, seed) => noise(network.input.shape, seed));
  return inspectionJob(network, { inputs, preprocessing, isDeclared: true }).run(
    contextOf(engine, options.signal && { signal: options.signal }),
  );
}

describe('an inspection', () => {
  it('tells a forgotten rectifier, proven and measured, with what merging would save', async () => {
    const { problems } = await look(
      await open(
        [
          node('Conv', ['image', 'w', 'b'], ['c']),
          node('Conv', ['c', 'vv'], ['d']),
          node('Relu', ['d'], ['r']),
        ],
        random('w', 8, 3, 3, 3),
        random('b', 8),
        random('vv', 8, 8, 1, 1),
      ),
    );
    const [found] = problems;
    expect(found).toMatchObject({
      id: 'linear-collapse',
      severity: 'warning',
      node: 'Conv_d',
      layer: 'conv2',
    });
    // 8*27+8 and 8*8 in place of 8*27+8.
    expect(found?.evidence).toMatchObject({ parametersNow: 288, parametersMerged: 224, parametersSaved: 64 });
    expect(found?.evidence?.['linearityError']).toBeLessThan(1e-5);
    expect(found?.message).toMatch(/measured: linear to [1-9]e-[6-9]/);
    expect(found && mergeablePair(found)).toEqual({ first: 'Conv_c', second: 'Conv_d' });
  });

  it('tells a bottleneck apart, as a hint', async () => {
    const { problems } = await look(
      await open(
        [node('Conv', ['image', 'w'], ['c']), node('Conv', ['c', 'vv'], ['d']), node('Relu', ['d'], ['r'])],
        random('w', 2, 3, 3, 3),
        random('vv', 16, 2, 1, 1),
      ),
    );
    expect(problems.map(({ id, severity }) => [id, severity])).toEqual([['linear-factorisation', 'hint']]);
    expect(problems[0]?.message).toMatch(/432 parameters in place of 86/);
  });

  it('says why a merge is not exact', async () => {
    const { problems } = await look(
      await open(
        [
          node('Conv', ['image', 'w'], ['c'], [ints('pads', [1, 1, 1, 1])]),
          node('Conv', ['c', 'vv'], ['d'], [ints('pads', [1, 1, 1, 1])]),
          node('Relu', ['d'], ['r']),
        ],
        random('w', 8, 3, 3, 3),
        random('vv', 8, 8, 3, 3),
      ),
    );
    expect(problems[0]).toMatchObject({ id: 'linear-collapse', severity: 'information' });
    expect(problems.map(mergeablePair)).toEqual([undefined]);
    expect(problems[0]?.message).toMatch(/cannot be merged as they are: .* pads .* at the border/);
  });

  it('says nothing of this where rectifiers stand between, and counts what could be folded', async () => {
    const { problems, activity } = await look(
      await open(
        [
          node('Conv', ['image', 'w', 'b'], ['c']),
          node('BatchNormalization', ['c', 'b', 'b', 'b', 'one'], ['n']),
          node('Relu', ['n'], ['r']),
          node('Conv', ['r', 'vv'], ['d']),
          node('Relu', ['d'], ['s']),
        ],
        random('w', 8, 3, 3, 3),
        random('b', 8),
        weight('one', [8], new Uint8Array(new Float32Array(8).fill(1).buffer)),
        random('vv', 8, 8, 1, 1),
      ),
      { photos: 2 },
    );
    const ids = problems.map(({ id }) => id);
    expect(ids).not.toContain('linear-collapse');
    expect(problems.find(({ id }) => id === 'foldable-normalisation')?.evidence).toEqual({
      nodes: ['BatchNormalization_n'],
      parametersSaved: 16,
    });
    expect(activity.map(({ layer }) => layer.name)).toEqual(['relu1', 'relu2']);
    const order = ['error', 'warning', 'information', 'hint'];
    const grades = problems.map(({ severity }) => order.indexOf(severity));
    expect(grades).toEqual([...grades].sort((a, b) => a - b));
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const network = await open([node('Conv', ['image', 'w'], ['c'])], random('w', 8, 3, 3, 3));
    await expect(look(network, { signal: controller.signal })).rejects.toThrow(CancelledError);
  });
});
