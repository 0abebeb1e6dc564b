import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { kernels } from '../../../../../src/core/analysis/weights/kernels.js';
import type { KernelSet } from '../../../../../src/core/analysis/weights/kernels.js';
import { kernelSheet } from '../../../../../src/core/figures/kernels.js';
import { IMAGENET } from '../../../../../src/core/network/preprocessing.js';
import { layerNamed } from '../../../../../src/core/network/layerNamed.js';
import { openNetwork } from '../../../../../src/core/network/open.js';
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

async function kernelsOf(file: string, layer: string): Promise<KernelSet> {
  const network = await openNetwork(file);
  return kernels(engine, network, layerNamed(network, layer));
}

it('finds norms, dead kernels, near-duplicates and kernels that are not finite', async () => {
  // Four kernels of one 1x2 weight row: (3, 4), nothing, the first but longer, one with NaN.
  const weights = Float32Array.of(3, 4, 0, 0, 6, 8, NaN, 1);
  const file = writeFile(
    'kernels.onnx',
    modelBytes({
      name: 'g',
      node: [node('Conv', ['image', 'w'], ['c'], [ints('kernel_shape', [1, 2])])],
      initializer: [weight('w', [4, 1, 1, 2], new Uint8Array(weights.buffer))],
      input: [value('image', ['N', 1, 4, 4])],
      output: [value('c')],
      valueInfo: [],
    }),
  );
  const { norms, dead, nearDuplicates, notFinite } = await kernelsOf(file, 'conv1');
  expect([...norms]).toEqual([5, 0, 10, NaN]);
  expect(dead).toEqual([1]);
  expect(notFinite).toEqual([3]);
  expect(nearDuplicates).toMatchObject([{ first: 0, second: 2 }]);
  expect(nearDuplicates[0]?.cosine).toBeCloseTo(1, 6);
});

describe('AlexNet’s two groups are apart', () => {
  const media = join(import.meta.dirname, '../../../../../media/models');
  const alexnet = join(media, 'alexnet-caltech101.onnx');

  it.each([
    // The first layer belongs to both by what its maps go to.
    [alexnet, 'conv1', 1, 2],
    [alexnet, 'conv2', 2, 2],
    [alexnet, 'conv3', 1, 2],
    [join(media, 'zfnet-caltech101.onnx'), 'conv1', 1, 1],
  ])('%s %s', async (file, layer, groups, parts) => {
    expect(await kernelsOf(file, layer)).toMatchObject({ groups, parts });
  });

  it('on the sheet', async () => {
    const set = await kernelsOf(alexnet, 'conv1');
    const apart = kernelSheet(set, IMAGENET);
    const together = kernelSheet({ ...set, parts: 1 }, IMAGENET);
    // Six columns and three rows, twice, in place of eight columns and four rows.
    expect(apart.height).toBeGreaterThan(together.height);
    expect(apart.width).toBeLessThan(together.width);
  });
});
