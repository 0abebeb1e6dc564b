import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import {
  choosePreprocessing,
  seenRectangle,
  tenCrops,
  toImage,
  toInput,
} from '../../../../src/core/imaging/preprocess.js';
import { IMAGENET, PRESETS } from '../../../../src/core/network/preprocessing.js';
import type { ImageInput } from '../../../../src/core/network/imageInput.js';
import type { Preprocessing } from '../../../../src/core/network/preprocessing.js';
import { expectedImage, expectedInput, largestDifference } from './fixtures.js';

const photo = expectedImage('photo.png');
/** One colour: red 51, green 102, blue 255. */
const plain = {
  width: 4,
  height: 4,
  data: Uint8Array.from({ length: 48 }, (_, at) => [51, 102, 255][at % 3] ?? 0),
};

/** One level of 255 in units of the input, by which resampling may round differently. */
const LEVEL = 1 / 255;

const FIXED = { isFree: { height: false, width: false }, sizeOrigin: 'model' } as const;

function nchw(...[channels, height, width]: [number, number, number]): ImageInput {
  return { name: 'data', shape: [1, channels, height, width], layout: 'NCHW', ...FIXED };
}

function preset(name: string): Preprocessing {
  return PRESETS.get(name) ?? IMAGENET;
}

describe('toInput', () => {
  it('gives what torchvision’s Resize, CenterCrop and Normalize give', () => {
    for (const [resize, side] of [
      ['crop', 35],
      ['margin', 56],
    ] as const) {
      const { shape, data } = toInput(photo, { ...IMAGENET, resize }, nchw(3, side, side));
      const expected = expectedInput(`input_${resize}`);
      expect(shape).toEqual(expected.shape);
      expect(largestDifference(data, expected.data)).toBeLessThanOrEqual((1.01 * LEVEL) / 0.224);
    }
  });

  it('squashes both sides onto the input', () => {
    const { shape, data } = toInput(photo, { ...preset('unit'), resize: 'squash' }, nchw(3, 20, 30));
    const expected = expectedInput('input_squash');
    expect(shape).toEqual([1, 3, 20, 30]);
    expect(largestDifference(data, expected.data)).toBeLessThanOrEqual(1.01 * LEVEL);
  });

  it('gives luma to a network of one channel', () => {
    const { shape, data } = toInput(photo, preset('unit'), nchw(1, 20, 20));
    expect(shape).toEqual([1, 1, 20, 20]);
    expect(largestDifference(data, expectedInput('input_grey').data)).toBeLessThanOrEqual(2 * LEVEL);
  });

  it.each([
    ['unit', [0.2, 0.4, 1]],
    ['tf', [-0.6, -0.2, 1]],
    ['caffe', [255 - 104, 102 - 117, 51 - 123]],
    ['imagenet', [(0.2 - 0.485) / 0.229, (0.4 - 0.456) / 0.224, (1 - 0.406) / 0.225]],
  ])('scales and orders the channels of %s', (name, expected) => {
    const { data } = toInput(plain, preset(name), nchw(3, 2, 2));
    expected.forEach((value, channel) => {
      expect(data[channel * 4]).toBeCloseTo(value, 5);
    });
  });

  it('interleaves channels for NHWC', () => {
    const input: ImageInput = { name: 'data', shape: [1, 2, 2, 3], layout: 'NHWC', ...FIXED };
    const { shape, data } = toInput(plain, preset('unit'), input);
    expect(shape).toEqual([1, 2, 2, 3]);
    expect(data.subarray(3, 6)).toEqual(Float32Array.of(0.2, 0.4, 1));
  });

  it('enlarges one pixel to the whole input', () => {
    const pixel = { width: 1, height: 1, data: Uint8Array.of(255, 0, 51) };
    const { data } = toInput(pixel, preset('unit'), nchw(3, 8, 8));
    expect([data[0], data[127], data[191]]).toEqual([1, 0, Math.fround(0.2)]);
  });

  it('refuses networks of other than one or three channels', () => {
    expect(() => toInput(photo, IMAGENET, nchw(4, 8, 8))).toThrow(/input data takes 4 channels.*\.npy/);
  });
});

it('takes torchvision’s five crops of the central square and their mirrors', () => {
  const { shape, data } = tenCrops(photo, IMAGENET, nchw(3, 14, 14));
  const expected = expectedInput('input_ten_crops');
  expect(shape).toEqual(expected.shape);
  expect(largestDifference(data, expected.data)).toBeLessThanOrEqual((1.01 * LEVEL) / 0.224);
});

it.each(['imagenet', 'caffe', 'tf', 'unit'])('toImage undoes %s', (name) => {
  const input = nchw(3, 4, 4);
  expect(toImage(toInput(plain, preset(name), input), preset(name), input)).toEqual(plain);
});

describe('choosePreprocessing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unpool-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const sidecar = { file: 'net.unpool.json', preprocess: preset('tf') };

  it('prefers the option, then the sidecar, then ImageNet’s, and says which', async () => {
    const asked = await choosePreprocessing({ option: 'caffe', sidecar });
    expect([asked.preprocessing.name, asked.source]).toEqual(['caffe', 'as asked for']);
    const told = await choosePreprocessing({ sidecar });
    expect([told.preprocessing.name, told.source]).toEqual(['tf', 'from net.unpool.json beside the model']);
    const assumed = await choosePreprocessing({});
    expect([assumed.preprocessing.name, assumed.source]).toEqual([
      'imagenet',
      expect.stringMatching(/^assumed/),
    ]);
  });

  it('reads a JSON file', async () => {
    const file = join(folder, 'grey.json');
    writeFileSync(
      file,
      JSON.stringify({ channels: 'grey', scale: 1, mean: [100], std: [50], resize: 'squash' }),
    );
    const { preprocessing } = await choosePreprocessing({ option: file });
    expect(preprocessing).toEqual({
      ...{ name: 'grey.json', channels: 'grey', scale: 1 },
      ...{ mean: [100], std: [50], resize: 'squash' },
    });
  });

  it.each(['nonsense', 'constructor'])('refuses the name %s, listing the known ones', async (option) => {
    await expect(choosePreprocessing({ option })).rejects.toThrow(/imagenet, caffe, tf, unit/);
  });
});

it.each([
  // A wide photo of 200x100 becomes 40x20, of which the middle 20x20 are cut out.
  ['crop', [50, 0, 100, 100]],
  ['squash', [0, 0, 200, 100]],
] as const)('tells what the network sees of a photo (%s)', (resize, seen) => {
  const size = { width: 200, height: 100 };
  expect(seenRectangle(size, { ...IMAGENET, resize }, nchw(3, 20, 20))).toEqual(seen);
});

it('sees as much of a photo with a margin as 224 of 256 pixels', () => {
  const size = { width: 512, height: 256 };
  expect(seenRectangle(size, { ...IMAGENET, resize: 'margin' }, nchw(3, 224, 224))).toEqual([
    144, 16, 224, 224,
  ]);
});
