import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { forClass } from '../../../../../src/core/analysis/photo/occlusionResult.js';
import { occlusionJob, openSweep } from '../../../../../src/core/analysis/photo/occlusion.js';
import type { OcclusionOptions } from '../../../../../src/core/analysis/photo/occlusion.js';
import type { OcclusionResult } from '../../../../../src/core/analysis/photo/occlusionResult.js';
import { contextOf } from '../../../../../src/core/jobs/job.js';
import type { JobContext } from '../../../../../src/core/jobs/job.js';
import type { Network } from '../../../../../src/core/network/network.js';
import { openNetwork } from '../../../../../src/core/network/open.js';
import type { Engine } from '../../../../../src/core/engine.js';
import type { Tuning } from '../../../../../src/core/occlusion/tuning.js';
import { tuningFolder } from '../../../../../src/core/occlusion/tuning.js';
import { floatTensor } from '../../../../../src/core/tensor.js';
import type { FloatTensor } from '../../../../../src/core/tensor.js';
import type { WrittenGraph } from '../../onnx/modelFile.js';
import type { EngineClient } from '../../../../../src/runtime/client.js';
import { startTestEngine } from '../../../runtime/testEngine.js';
import {
  ints,
  modelBytes,
  modelFolder,
  node,
  smallGraph,
  value,
  weight,
  writeFile,
} from '../../onnx/modelFile.js';

const SIDE = 9;
const photo = floatTensor(
  [1, 3, SIDE, SIDE],
  Array.from({ length: 3 * SIDE * SIDE }, (_, index) => Math.sin(index * 0.7) + (index % 5) / 3),
);

/** A 1x1 convolution that passes the three channels on, and the mean of each as a class score. */
function means(batch: string | number, reshape?: number[]): WrittenGraph {
  const identity = weight(
    'w',
    [3, 3, 1, 1],
    new Uint8Array(Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]).buffer),
  );
  const last = reshape ? node('Reshape', ['p', 'shape'], ['scores']) : node('Flatten', ['p'], ['scores']);
  const shape = { name: 'shape', dims: [2], dataType: 7, int64Data: reshape ?? [] };
  return {
    name: 'means',
    node: [node('Conv', ['image', 'w'], ['c']), node('GlobalAveragePool', ['c'], ['p']), last],
    initializer: reshape ? [identity, shape] : [identity],
    input: [value('image', [batch, 3, SIDE, SIDE])],
    output: [value('scores')],
    valueInfo: [],
  };
}

/** The mean of a channel with a square of `size` pixels replaced by `fill`, summed up by hand. */
function meanBehind(channel: number, top: number, left: number, size: number, fill: number): number {
  let sum = 0;
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const covered = y >= top && y < top + size && x >= left && x < left + size;
      sum += covered ? fill : (photo.data[(channel * SIDE + y) * SIDE + x] ?? NaN);
    }
  }
  return sum / (SIDE * SIDE);
}

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

/** A whole sweep. */
function occlusion(
  on: Engine,
  network: Network,
  input: FloatTensor,
  options: OcclusionOptions,
  listening: Partial<JobContext<OcclusionResult>> = {},
): Promise<OcclusionResult> {
  return occlusionJob(network, input, options).run(contextOf(on, listening));
}

describe.each([
  ['any batch', means('N')],
  ['one image, its batch baked into a Reshape', means(1, [1, 3])],
])('a network that takes %s', (name, graph) => {
  it('gives the probability, label and activity that summing by hand gives', async () => {
    const network = await openNetwork(writeFile(`${name.replaceAll(/\W/g, '-')}.onnx`, modelBytes(graph)));
    const fill = [3, -2, 0.5];
    const [size, stride, classIndex] = [4, 2, 1];
    const result = await occlusion(engine, network, photo, { size, stride, fill, classIndex });
    expect([result.grid.rows, result.grid.columns]).toEqual([3, 3]);
    expect(result.batch).toBeGreaterThan(1);
    expect(result.map?.layer.node.opType).toBe('Conv');
    result.grid.positions.forEach(({ top, left }, index) => {
      const logits = fill.map((value_, channel) => meanBehind(channel, top, left, size, value_));
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      expect(result.probability[index]).toBeCloseTo(Math.exp(logits[classIndex] ?? NaN) / total, 5);
      expect(result.label[index]).toBe(logits.indexOf(Math.max(...logits)));
      const channel = result.map?.channel ?? NaN;
      expect(result.activity[index]).toBeCloseTo((logits[channel] ?? NaN) * SIDE * SIDE, 3);
    });
  });
});

it('gives the same where a Reshape cannot be batched, one image at a time', async () => {
  const graph = means(1, [1, 3]);
  // The target of the Reshape is computed, so that its batch of one cannot be rewritten.
  graph.initializer[1] = { name: 'half', dims: [2], dataType: 7, int64Data: [1, 3] };
  graph.node.splice(2, 0, node('Abs', ['half'], ['shape']));
  const network = await openNetwork(writeFile('computed.onnx', modelBytes(graph)));
  const options = { size: 4, stride: 2, fill: [3, -2, 0.5], classIndex: 1 };
  const single = await occlusion(engine, network, photo, options);
  expect(single.batch).toBe(1);
  const batched = await openNetwork(writeFile('batched.onnx', modelBytes(means('N'))));
  const expected = await occlusion(engine, batched, photo, options);
  single.probability.forEach((probability, index) => {
    expect(probability).toBeCloseTo(expected.probability[index] ?? NaN, 6);
  });
});

describe('the two methods', () => {
  const sweep = { size: 8, stride: 4, fill: [1, 0, -1] };
  const bright = floatTensor(
    [1, 3, 32, 32],
    Array.from({ length: 3 * 32 * 32 }, (_, index) => Math.sin(index * 0.37) + (index % 7) / 4),
  );
  const open = (): ReturnType<typeof openNetwork> => {
    const graph = smallGraph();
    graph.input = [value('image', ['N', 3, 32, 32])];
    return openNetwork(writeFile('methods.onnx', modelBytes(graph)));
  };

  /** An engine on which requests with windows, or those without, take longer. */
  const slowed = (what: 'windows' | 'whole', provider?: string): Engine => ({
    provider,
    run: async (steps, options) => {
      const isWindowed = steps.some((step) => 'corners' in step);
      await pause(isWindowed === (what === 'windows') ? 40 : 0);
      return engine.run(steps, options);
    },
  });

  it('give the same probabilities, labels and activities, in little memory too', async () => {
    const network = await open();
    const plain = await occlusion(engine, network, bright, { ...sweep, method: 'plain' });
    expect(plain.method).toBe('plain');
    for (const memoryBound of [2 ** 29, 2 ** 17, 1]) {
      const windows = await occlusion(engine, network, bright, {
        ...sweep,
        method: 'incremental',
        memoryBound,
      });
      expect(windows.method).toBe('incremental');
      expect(windows.label).toEqual(plain.label);
      expect(windows.map?.channel).toBe(plain.map?.channel);
      const different = (a: Float32Array, b: Float32Array): number =>
        a.reduce((most, each, index) => Math.max(most, Math.abs(each - (b[index] ?? NaN))), 0);
      expect(different(plain.probability, windows.probability)).toBeLessThan(1e-5);
      expect(different(plain.activity, windows.activity) / (plain.map?.baseline ?? 0)).toBeLessThan(1e-5);
    }
  });

  it.each([9, 17])('sum the followed map where it is, in a file of opset %i', async (opset) => {
    const graph = smallGraph();
    graph.input = [value('image', ['N', 3, 32, 32])];
    const network = await openNetwork(
      writeFile(`sums-${opset}.onnx`, modelBytes(graph, { opsetImport: [{ domain: '', version: opset }] })),
    );
    for (const method of ['plain', 'incremental'] as const) {
      const given: number[] = [];
      const listening: Engine = {
        get setting() {
          return engine.setting;
        },
        run: async (steps, options) => {
          const results = await engine.run(steps, options);
          given.push(...results.flatMap((result) => Object.values(result).map(({ data }) => data.length)));
          return results;
        },
      };
      // Measuring, which comes first, is not what is asked about.
      const kept = new Map<string, Tuning>();
      const tunings = { get: (key: string) => kept.get(key), set: kept.set.bind(kept) };
      await occlusion(engine, network, bright, { ...sweep, method, tunings });
      const result = await occlusion(listening, network, bright, { ...sweep, method, tunings });
      expect(result.map?.baseline).toBeGreaterThan(0);
      expect(given.length).toBeGreaterThan(2);
      // Scores of 64 classes, and one number a position: no map has so few.
      expect(Math.max(...given)).toBeLessThanOrEqual(64 * result.batch);
      expect(given.filter((length) => length % 64 !== 0 && length > result.batch)).toEqual([]);
    }
  });

  it('are chosen by themselves, tuned once, and the tuning is kept in a folder', async () => {
    const network = await open();
    const folder = join(modelFolder, 'tunings');
    const lines: string[] = [];
    const options = { ...sweep, tunings: tuningFolder(folder), log: (line: string) => lines.push(line) };
    const on = slowed('whole');
    const first = await occlusion(on, network, bright, options);
    expect(first.method).toBe('incremental');
    expect(lines.some((line) => line.includes('tuned'))).toBe(true);
    const [file = ''] = readdirSync(folder);
    lines.length = 0;
    await occlusion(on, network, bright, options);
    expect(lines.filter((line) => line.includes('tun'))).toEqual([]);
    expect(lines.some((line) => line.includes('window graphs built'))).toBe(true);
    writeFileSync(join(folder, file), '{"count": -1}');
    await occlusion(on, network, bright, options);
    expect(lines.some((line) => line.includes('tuned'))).toBe(true);
  });

  it('are measured against each other: the faster one is taken by itself', async () => {
    const network = await open();
    const options = { ...sweep, stride: 2 };
    const plain = await occlusion(engine, network, bright, { ...options, method: 'plain' });
    for (const [on, expected] of [
      [slowed('windows'), 'plain'],
      [slowed('whole'), 'incremental'],
      [slowed('windows', 'cuda'), 'plain'],
      [slowed('whole', 'cuda'), 'incremental'],
    ] as const) {
      const kept = new Map<string, Tuning>();
      const tunings = { get: (key: string) => kept.get(key), set: kept.set.bind(kept) };
      const first = await occlusion(on, network, bright, { ...options, tunings });
      expect(first.method).toBe(expected);
      expect([...kept.values()].map(({ isSlower }) => isSlower)).toEqual([expected === 'plain']);
      const again = await openSweep(on, network, bright, { ...options, tunings });
      expect(again.method).toBe(expected);
      const asked = await openSweep(on, network, bright, { ...options, tunings, method: 'incremental' });
      expect(asked.method).toBe('incremental');
      // The first positions ran before anything was measured, so both ways have a part in it.
      first.probability.forEach((each, index) => {
        expect(each).toBeCloseTo(plain.probability[index] ?? NaN, 5);
      });
    }
  });

  it('show any class without running again, and the occluder at any place', async () => {
    const network = await open();
    const result = await occlusion(engine, network, bright, sweep);
    const other = (result.classIndex + 5) % 64;
    const expected = await occlusion(engine, network, bright, {
      ...sweep,
      classIndex: other,
      method: 'plain',
    });
    const { runs } = await engine.status();
    const seen = forClass(result, other);
    expect((await engine.status()).runs).toBe(runs);
    expect(seen?.baseline).toBeCloseTo(expected.baseline, 6);
    seen?.probability.forEach((each, index) =>
      expect(each).toBeCloseTo(expected.probability[index] ?? NaN, 5),
    );
    expect(() => forClass(result, 64)).toThrow(/class 64 does not exist/);

    const [windows, plain] = await Promise.all([
      openSweep(engine, network, bright, { ...sweep, method: 'incremental' }),
      openSweep(engine, network, bright, { ...sweep, method: 'plain' }),
    ]);
    for (const place of [
      { top: 3, left: 17 },
      { top: -5, left: 30 },
    ]) {
      const [a, b] = [await windows.at(place), await plain.at(place)];
      expect(a.label).toBe(b.label);
      expect(a.activity / b.activity).toBeCloseTo(1, 4);
      a.probabilities.forEach((each, index) => expect(each).toBeCloseTo(b.probabilities[index] ?? NaN, 5));
    }
  });

  it('say where windows are of no use', async () => {
    const graph = means('N');
    graph.node[0] = node('InstanceNormalization', ['image', 'one', 'one'], ['c']);
    graph.initializer = [weight('one', [3])];
    const network = await openNetwork(writeFile('global.onnx', modelBytes(graph)));
    const options = { size: 4, stride: 2, fill: [0, 0, 0] };
    expect((await occlusion(engine, network, photo, options)).method).toBe('plain');
    await expect(occlusion(engine, network, photo, { ...options, method: 'incremental' })).rejects.toThrow(
      /use the method auto or plain/,
    );
  });
});

/** Slow enough for something to happen while it runs. */
function slowNetwork(): ReturnType<typeof openNetwork> {
  const graph = smallGraph();
  graph.input = [value('image', ['N', 3, 160, 160])];
  graph.initializer.push(weight('w2', [64, 64, 3, 3]));
  graph.node.splice(1, 0, node('Conv', ['c', 'w2'], ['c2'], [ints('kernel_shape', [3, 3])]));
  graph.node[2] = node('Relu', ['c2'], ['r']);
  return openNetwork(writeFile('slow.onnx', modelBytes(graph)));
}
const large = floatTensor([1, 3, 160, 160], new Float32Array(3 * 160 * 160).fill(0.1));
const sweep = { size: 8, stride: 4, fill: [0, 0, 0] };

describe('a sweep that is interrupted', () => {
  it('shows coarse positions first and stops at once when cancelled', async () => {
    const network = await slowNetwork();
    const cancel = new AbortController();
    const seen: number[] = [];
    const running = occlusion(engine, network, large, sweep, {
      signal: cancel.signal,
      partial: ({ finished, done }) => {
        seen.push(finished);
        expect(done[0]).toBe(1);
        cancel.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ name: 'CancelledError' });
    expect(seen).toHaveLength(1);
  });

  it('ends with a clear error when the engine is killed, and the next sweep works', async () => {
    const network = await slowNetwork();
    const running = occlusion(engine, network, large, sweep, {
      partial: () => {
        void engine.status().then(
          ({ processId }) => process.kill(processId, 'SIGKILL'),
          () => undefined,
        );
      },
    });
    await expect(running).rejects.toMatchObject({
      name: 'EngineError',
      message: expect.stringMatching(/engine/i) as string,
    });
    const small = await openNetwork(writeFile('after.onnx', modelBytes(means('N'))));
    const result = await occlusion(engine, small, photo, { size: 9, stride: 1, fill: [0, 0, 0] });
    expect(result.finished).toBe(1);
  });
});
