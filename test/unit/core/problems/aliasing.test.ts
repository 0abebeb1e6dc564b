import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { aliasingProblems, hasGap, kernelSpectra } from '../../../../src/core/problems/aliasing.js';
import { noise } from '../../../../src/core/analysis/weights/linearity.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import type { FloatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { ints, modelBytes, node, value, weight, writeFile } from '../onnx/modelFile.js';

/** Gabor-like kernels [frequencies, 1, size, size]: waves along x in cycles a pixel under a Gaussian. */
function waves(size: number, frequencies: readonly number[], sigma = size / 4): FloatTensor {
  const centre = (size - 1) / 2;
  const data = frequencies.flatMap((frequency) =>
    Array.from({ length: size * size }, (_, at) => {
      const [y, x] = [Math.floor(at / size) - centre, (at % size) - centre];
      return Math.cos(2 * Math.PI * frequency * x) * Math.exp(-(x * x + y * y) / (2 * sigma * sigma));
    }),
  );
  return floatTensor([frequencies.length, 1, size, size], data);
}

describe('the spectrum of a kernel', () => {
  it('is split at the Nyquist frequency as the sums over it say', () => {
    // [1, -1] has |F|^2 = 4 sin^2(pi f): its split at stride 2 is a ratio of sums, taken here without a transform.
    const { aliased, nyquist } = kernelSpectra(floatTensor([1, 1, 1, 2], [1, -1]), [1, 2]);
    expect(nyquist).toEqual([0.5, 0.25]);
    let [above, all] = [0, 0];
    for (let row = 0; row < 64; row++) {
      for (let column = 0; column < 64; column++) {
        const [y, x] = [Math.min(row, 64 - row) / 64, Math.min(column, 64 - column) / 64];
        if (x !== 0 || y !== 0) {
          const power = (4 * Math.sin(Math.PI * x) ** 2) / (x * x + y * y);
          all += power;
          above += x > 0.25 ? power : 0;
        }
      }
    }
    expect(aliased[0]).toBeCloseTo(above / all, 10);
  });

  it('lies above or below Nyquist with the wave that the kernel is', () => {
    const { aliased } = kernelSpectra(waves(11, [0.05, 0.2, 0.3, 0.4]), [4, 4]);
    const [slow = 1, ...fast] = aliased;
    expect(slow).toBeLessThan(0.2);
    expect(Math.min(...fast)).toBeGreaterThan(0.8);
    expect(Math.max(...kernelSpectra(waves(11, [0.05, 0.1]), [2, 2]).aliased)).toBeLessThan(0.1);
    // Without a stride nothing is above.
    expect(Math.max(...kernelSpectra(waves(11, [0.05, 0.4]), [1, 1]).aliased)).toBe(0);
  });

  it('of white noise is alike in all bands, which is no gap', () => {
    const { bands, tuned } = kernelSpectra(noise([400, 3, 11, 11], 5), [1, 1]);
    for (const density of [bands.low, bands.middle, bands.high]) {
      expect(density).toBeGreaterThan(0.9);
      expect(density).toBeLessThan(1.1);
    }
    expect(hasGap(tuned)).toBe(false);
  });

  it('has a gap for a mix of very low and very high waves, and none with the middle', () => {
    const mix = [0, 0.02, 0.4, 0.45];
    expect(hasGap(kernelSpectra(waves(11, mix), [1, 1]).tuned)).toBe(true);
    expect(hasGap(kernelSpectra(waves(11, [...mix, 0.15, 0.2]), [1, 1]).tuned)).toBe(false);
  });

  it('of a kernel without a middle says so', () => {
    const { bands, tuned } = kernelSpectra(waves(3, [0, 0.4]), [1, 1]);
    expect(bands.middle).toBeUndefined();
    expect(tuned).toEqual({ low: 1, middle: undefined, high: 1 });
    expect(hasGap(tuned)).toBe(false);
  });
});

describe('aliasing is found', () => {
  let engine: EngineClient;
  beforeAll(() => {
    engine = startTestEngine();
  });
  afterAll(() => {
    engine.dispose();
  });
  const bytes = ({ data }: FloatTensor): Uint8Array => new Uint8Array(data.slice().buffer);
  const network = (
    name: string,
    first: FloatTensor,
    stride: number,
    second: FloatTensor,
  ): ReturnType<typeof openNetwork> =>
    openNetwork(
      writeFile(
        name,
        modelBytes({
          name: 'g',
          node: [
            node('Conv', ['image', 'w'], ['c'], [ints('strides', [stride, stride])]),
            node('Relu', ['c'], ['r']),
            node('Conv', ['r', 'v'], ['d']),
          ],
          initializer: [
            weight('w', [...first.shape], bytes(first)),
            weight('v', [...second.shape], bytes(second)),
          ],
          input: [value('image', [1, 1, 64, 64])],
          output: [value('d')],
          valueInfo: [],
        }),
      ),
    );
  const fast = waves(11, [0.05, 0.3, 0.35, 0.4]);
  const slow = waves(11, [0.03, 0.05, 0.08, 0.1]);
  const smooth = floatTensor(
    [1, 4, 5, 5],
    Array.from({ length: 4 }, () => [...waves(5, [0], 2).data]).flat(),
  );
  const rough = floatTensor(
    [1, 4, 5, 5],
    Array.from({ length: 4 }, () => [...waves(5, [0.5], 2).data]).flat(),
  );

  it.each([
    [
      'fast waves at stride 4 before a rough layer',
      fast,
      4,
      rough,
      ['first-layer-aliasing', 'second-layer-aliasing'],
    ],
    ['fast waves at stride 4 before a smooth layer', fast, 4, smooth, ['first-layer-aliasing']],
    ['fast waves without a stride', fast, 1, rough, []],
    ['slow waves at stride 4', slow, 4, rough, []],
  ] as const)('for %s', async (name, first, stride, second, expected) => {
    const opened = await network(`${name}.onnx`, first, stride, second);
    const found = await aliasingProblems(engine, opened);
    expect(found.map(({ id }) => id).filter((id) => id !== 'mid-frequency-gap')).toEqual(expected);
    expect(found.every(({ severity, panel }) => severity === 'warning' && panel === 'kernels')).toBe(true);
  });
});
