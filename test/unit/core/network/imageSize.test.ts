/** Models that leave height or width open. */

import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { UserError } from '../../../../src/core/errors.js';
import { parseSize } from '../../../../src/core/network/imageInput.js';
import { openNetwork, resizedNetwork } from '../../../../src/core/network/open.js';
import { sidecarPath } from '../../../../src/core/network/sidecar.js';
import { ints, modelBytes, node, value, weight, writeFile } from '../onnx/modelFile.js';

let files = 0;

/** A convolution of 3x3, maps flattened, and a linear layer that takes what an image of `height`x`width` leaves. */
function model(height: number, width: number, shape: (string | number)[] = ['N', 3, 'H', 'W']): string {
  const features = (height - 2) * (width - 2);
  return writeFile(
    `sized${files++}.onnx`,
    modelBytes({
      name: 'g',
      node: [
        node('Conv', ['image', 'w'], ['c'], [ints('kernel_shape', [3, 3])]),
        node('Flatten', ['c'], ['f']),
        node('MatMul', ['f', 'm'], ['scores']),
      ],
      initializer: [weight('w', [1, 3, 3, 3]), weight('m', [features, 4])],
      input: [value('image', shape)],
      output: [value('scores')],
      valueInfo: [],
    }),
  );
}

describe('openNetwork', () => {
  it('takes 224 pixels where nothing is said and they fit', async () => {
    const { input } = await openNetwork(model(224, 224));
    expect(input).toMatchObject({ shape: [1, 3, 224, 224], sizeOrigin: 'assumed' });
    expect(input.refused).toBeUndefined();
  });

  it.each([
    [48, 224],
    [320, 224],
    [160, 160],
  ])('finds that only %ix%i fits, and why 224 pixels do not', async (height, width) => {
    const { input, scores } = await openNetwork(model(height, width));
    expect(input).toMatchObject({ shape: [1, 3, height, width], sizeOrigin: 'assumed' });
    expect(input.refused).toMatch(/^224x224 does not fit: node .*\(MatMul\)/);
    expect(scores?.classes).toBe(4);
  });

  it('changes only the side that is open', async () => {
    const { input } = await openNetwork(model(48, 96, ['N', 3, 48, 'W']));
    expect(input).toMatchObject({ shape: [1, 3, 48, 96], isFree: { height: false, width: true } });
  });

  it('says so where no common size fits, and takes the one that is asked for', async () => {
    const file = model(37, 100);
    await expect(openNetwork(file)).rejects.toThrow(/which size of image fits cannot be told, 224x224/);
    const { input } = await openNetwork(file, { origin: 'asked', size: [37, 100] });
    expect(input).toMatchObject({ shape: [1, 3, 37, 100], sizeOrigin: 'asked' });
  });

  it('refuses a size that does not fit, and names one that does', async () => {
    const opening = openNetwork(model(160, 160), { origin: 'asked', size: [64, 64] });
    await expect(opening).rejects.toThrow(UserError);
    await expect(opening).rejects.toThrow(/64x64 pixels do not fit: node .*; 160x160 is a size that fits/);
  });

  it('refuses another size than a fixed one', async () => {
    const opening = openNetwork(model(32, 32, ['N', 3, 32, 32]), { origin: 'asked', size: [64, 64] });
    await expect(opening).rejects.toThrow(/'image' takes images of 32x32 pixels, not of 64x64/);
  });

  it('believes the sidecar, and an array before it', async () => {
    const file = model(48, 320);
    writeFileSync(sidecarPath(file), '{"size": [48, 320]}');
    const network = await openNetwork(file);
    expect(network.input).toMatchObject({ shape: [1, 3, 48, 320], sizeOrigin: 'sidecar' });
    expect(await resizedNetwork(network, { origin: 'array', shape: [2, 3, 48, 320] })).toBe(network);
    await expect(resizedNetwork(network, { origin: 'array', shape: [2, 3, 64, 64] })).rejects.toThrow(
      /images of 64x64 pixels do not fit/,
    );
  });
});

it.each([
  ['64', [64, 64]],
  ['48x320', [48, 320]],
  [' 48X320 ', [48, 320]],
  ['0', undefined],
  ['48x', undefined],
  ['1.5', undefined],
])('parseSize(%j)', (text, size) => {
  expect(parseSize(text)).toEqual(size);
});
