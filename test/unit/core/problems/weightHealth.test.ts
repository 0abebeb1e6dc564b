import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { contextOf } from '../../../../src/core/jobs/job.js';
import { filterProblems } from '../../../../src/core/problems/filterProblems.js';
import { noise } from '../../../../src/core/analysis/weights/linearity.js';
import { WeightTally, weightProblems } from '../../../../src/core/problems/weightHealth.js';
import type { WeightHealth } from '../../../../src/core/problems/weightHealth.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { modelBytes, node, value, weight, writeFile } from '../onnx/modelFile.js';

/** Looks at all values in one go, and in parts that end anywhere. */
function weightHealth(values: Float32Array, channels: number): WeightHealth {
  const [whole, parts] = [0, 1].map(() => new WeightTally(values.length, channels));
  whole?.add(values);
  for (let first = 0; first < values.length; first += 5) {
    parts?.add(values.subarray(first, first + 5));
  }
  expect(parts?.health).toEqual(whole?.health);
  return whole?.health as WeightHealth;
}

describe('the health of a weight', () => {
  it('counts NaN, infinities and denormal numbers, not zeros and normal ones', () => {
    // 2^-126 is the smallest normal number, 2^-149 the smallest of all.
    const values = [NaN, Infinity, -Infinity, 2 ** -127, -(2 ** -149), 2 ** -126, 0, -0, 1];
    expect(weightHealth(Float32Array.from(values), 0)).toMatchObject({
      count: 9,
      nan: 1,
      infinite: 2,
      denormal: 2,
    });
  });

  it('tells channels that hold one number from those that hold several, and from zeros', () => {
    const values = Float32Array.of(2, 2, 2, 1, 2, 3, 0, 0, 0, -1, -1, -1);
    expect(weightHealth(values, 4)).toMatchObject({ constantChannels: [0, 3], isConstant: false });
    expect(weightHealth(values.fill(5), 4).isConstant).toBe(true);
    // A single weight a channel is no finding.
    expect(weightHealth(Float32Array.of(1, 2), 2).constantChannels).toEqual([]);
  });
});

describe('in a network', () => {
  let engine: EngineClient;
  beforeAll(() => {
    engine = startTestEngine();
  });
  afterAll(() => {
    engine.dispose();
  });
  const KERNELS = 12;
  /** A convolution of 12 random 3x3x3 kernels, changed by `change`, and a rectifier. */
  function network(
    name: string,
    change: (kernel: (index: number) => Float32Array) => void,
  ): Promise<Network> {
    const { data } = noise([KERNELS, 3, 3, 3], 3);
    change((index) => data.subarray(index * 27, (index + 1) * 27));
    return openNetwork(
      writeFile(
        name,
        modelBytes({
          name: 'g',
          node: [node('Conv', ['image', 'w'], ['c']), node('Relu', ['c'], ['r'])],
          initializer: [weight('w', [KERNELS, 3, 3, 3], new Uint8Array(data.buffer))],
          input: [value('image', [1, 3, 8, 8])],
          output: [value('r')],
          valueInfo: [],
        }),
      ),
    );
  }

  it('nothing is found among sound weights', async () => {
    const sound = await network('sound.onnx', () => undefined);
    expect(await weightProblems(contextOf(engine), sound)).toEqual([]);
    expect(await filterProblems(contextOf(engine), sound)).toEqual([]);
  });

  it('broken weights are named with their tensor and node', async () => {
    const broken = await network('broken.onnx', (kernel) => {
      kernel(1)[0] = NaN;
      kernel(2).fill(0.5);
      kernel(3)[5] = 1e-40;
    });
    const found = await weightProblems(contextOf(engine), broken);
    expect(found.map(({ id, severity }) => [id, severity])).toEqual([
      ['not-finite-weights', 'error'],
      ['denormal-weights', 'information'],
      ['constant-channels', 'warning'],
    ]);
    expect(found[0]?.message).toMatch(/^1 NaN of the 324 values of 'w' \(node 'Conv_c', Conv\)/);
    expect(found[2]?.evidence).toMatchObject({ constantChannels: [2] });
  });

  it('weights that are one number all over are one finding', async () => {
    const constant = await network('constant.onnx', (kernel) => {
      for (let index = 0; index < KERNELS; index++) {
        kernel(index).fill(0.25);
      }
    });
    expect((await weightProblems(contextOf(engine), constant)).map(({ id }) => id)).toEqual([
      'constant-weights',
    ]);
    expect(await filterProblems(contextOf(engine), constant)).toEqual([]);
  });

  it('dead filters and twins are named', async () => {
    const changed = await network('twins.onnx', (kernel) => {
      kernel(4).fill(0);
      kernel(7).set(kernel(6).map((each) => each * 3));
    });
    const [dead, twins, ...others] = await filterProblems(contextOf(engine), changed);
    expect(others).toEqual([]);
    expect(dead).toMatchObject({ id: 'dead-filters', layer: 'conv1', evidence: { dead: [4] } });
    expect(twins).toMatchObject({ id: 'near-duplicate-filters', layer: 'conv1', panel: 'kernels' });
    expect(twins?.message).toMatch(/6 and 7 \(cosine 1\.000\)/);
  });
});
