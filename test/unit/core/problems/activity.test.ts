import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { contextOf } from '../../../../src/core/jobs/job.js';
import { activity, activityProblems } from '../../../../src/core/problems/activity.js';
import type { LayerActivity } from '../../../../src/core/problems/activity.js';
import { CancelledError } from '../../../../src/core/errors.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { modelBytes, node, value, weight, writeFile } from '../onnx/modelFile.js';

let engine: EngineClient;
let network: Network;
beforeAll(async () => {
  engine = startTestEngine();
  // Three maps of a grey image x: x, -x and 0; each bent by a rectifier, a sigmoid and a tanh.
  const w = new Uint8Array(Float32Array.of(1, -1, 0).buffer);
  network = await openNetwork(
    writeFile(
      'activity.onnx',
      modelBytes({
        name: 'g',
        node: [
          node('Conv', ['image', 'w'], ['c']),
          node('Relu', ['c'], ['r']),
          node('Sigmoid', ['c'], ['s']),
          node('Tanh', ['c'], ['t']),
          node('Sum', ['r', 's', 't'], ['sum']),
          node('Sigmoid', ['sum'], ['scores']),
        ],
        initializer: [weight('w', [3, 1, 1, 1], w)],
        input: [value('image', [1, 1, 2, 2])],
        output: [value('scores')],
        valueInfo: [],
      }),
    ),
  );
});
afterAll(() => {
  engine.dispose();
});

const photo = (...pixels: number[]): ReturnType<typeof floatTensor> => floatTensor([1, 1, 2, 2], pixels);
const named = (layers: readonly LayerActivity[], kind: string): LayerActivity | undefined =>
  layers.find((each) => each.kind === kind);

describe('the activity of a layer', () => {
  it('counts zeros, and the maps that are zero on all photos', async () => {
    const one = await activity(contextOf(engine), network, [photo(1, 2, 3, 4)]);
    // The output's sigmoid is not looked at.
    expect(one.map(({ kind }) => kind)).toEqual(['rectifier', 'sigmoid', 'tanh']);
    expect(named(one, 'rectifier')).toMatchObject({ units: 3, zeros: 8 / 12, dead: [1, 2] });
    const two = await activity(contextOf(engine), network, [photo(1, 2, 3, 4), photo(1, 2, 3, -4)]);
    // Of the second photo one value of -x is positive and one of x is not.
    expect(named(two, 'rectifier')).toMatchObject({ zeros: 16 / 24, dead: [2] });
  });

  it('counts what is saturated by the derivative', async () => {
    // sigmoid'(x) < 0.05 / 4 beyond |x| = 4.36 and tanh'(x) < 0.05 beyond |x| = 2.18.
    const found = await activity(contextOf(engine), network, [photo(4.3, 4.4, 2.1, 2.3)]);
    expect(named(found, 'sigmoid')).toMatchObject({ saturated: 2 / 12, saturatedUnits: [] });
    expect(named(found, 'tanh')).toMatchObject({ saturated: 6 / 12, saturatedUnits: [] });
    const far = await activity(contextOf(engine), network, [photo(9, -9, 9, -9)]);
    expect(named(far, 'tanh')).toMatchObject({ saturated: 8 / 12, saturatedUnits: [0, 1] });
  });

  it('stops when it is cancelled', async () => {
    const controller = new AbortController();
    controller.abort();
    const { signal } = controller;
    await expect(activity(contextOf(engine, { signal }), network, [photo(1, 2, 3, 4)])).rejects.toThrow(
      CancelledError,
    );
  });
});

describe('findings on the activity', () => {
  it('name layer, maps and photos', async () => {
    const found = activityProblems(await activity(contextOf(engine), network, [photo(9, 9, 9, 9)]), 1);
    expect(found.map(({ id, severity }) => [id, severity])).toEqual([
      ['dead-units', 'information'],
      ['saturated-units', 'warning'],
      ['saturated-units', 'warning'],
      ['relu-zeros', 'information'],
    ]);
    expect(found[0]?.message).toMatch(/'relu1' .* on the photo: 2 of 3 \(1, 2\)/);
    expect(found.at(-1)).toMatchObject({
      message: "67 % of layer 'relu1' is zero on the photo",
      layer: 'relu1',
    });
  });

  it('say the sum over all rectifiers first, then each', async () => {
    const [relu] = await activity(contextOf(engine), network, [photo(9, 9, 9, 9)]);
    const two = relu
      ? [
          { ...relu, dead: [] },
          { ...relu, dead: [], zeros: 0.25, activations: 36 },
        ]
      : [];
    const [sum, ...each] = activityProblems(two, 2);
    // 8 of 12 and 9 of 36.
    expect(sum?.message).toBe(
      "35 % of what the 2 rectifiers give is zero on 2 photos, from 25 % ('relu1') to 67 % ('relu1')",
    );
    expect(sum?.layer).toBeUndefined();
    expect(each.map(({ message }) => message)).toEqual([
      "67 % of layer 'relu1' is zero on 2 photos",
      "25 % of layer 'relu1' is zero on 2 photos",
    ]);
  });

  it('grow graver with many photos', async () => {
    const layers = await activity(contextOf(engine), network, [photo(1, 1, 1, 1)]);
    expect(activityProblems(layers, 20)[0]).toMatchObject({ id: 'dead-units', severity: 'warning' });
  });

  it('say that a layer is silent', async () => {
    const silent = await activity(contextOf(engine), network, [photo(0, 0, 0, 0)]);
    expect(activityProblems(silent, 1).map(({ id }) => id)).toContain('silent-layer');
  });
});
