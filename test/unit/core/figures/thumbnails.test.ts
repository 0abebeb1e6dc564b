import { describe, expect, it } from 'vitest';

import { kernelThumbnail, mapThumbnail } from '../../../../src/core/figures/thumbnails.js';
import type { RgbImage } from '../../../../src/core/imaging/image.js';
import { PRESETS } from '../../../../src/core/network/preprocessing.js';
import { floatTensor } from '../../../../src/core/tensor.js';

/** Colour of the pixel at [y, x]. */
function pixel({ width, data }: RgbImage, y: number, x: number): readonly number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

describe('kernelThumbnail', () => {
  it('shows the kernels with the largest norms first, each by its strongest input channel', () => {
    // Three kernels of two channels, 1x2 pixels: the second is the strongest, by its second channel.
    const weights = floatTensor([3, 2, 1, 2], [0, 0, 0.1, 0.1, 1, 1, -2, 2, 0, 0, 0.5, -0.5]);
    const thumbnail = kernelThumbnail(weights, undefined, 2);
    expect(thumbnail).toMatchObject({ shown: 2, of: 3 });
    const picture = thumbnail?.picture as RgbImage;
    // A tile is 24x12 pixels, two pixels apart and around: its left half is black, its right half white.
    expect(pixel(picture, 3, 3)).toEqual([0, 0, 0]);
    expect(pixel(picture, 3, 24)).toEqual([255, 255, 255]);
    // The second tile is the third kernel.
    expect(pixel(picture, 3, 2 + 24 + 2 + 1)).toEqual([255, 255, 255]);
  });

  it('shows a first layer in colours, in the order of the channels', () => {
    const weights = floatTensor([1, 3, 1, 1], [1, 0, -1]);
    const colours = (name: string): readonly number[] => {
      const preprocessing = PRESETS.get(name);
      return pixel(kernelThumbnail(weights, preprocessing, 1)?.picture as RgbImage, 5, 5);
    };
    expect(colours('imagenet')).toEqual([255, 128, 0]);
    expect(colours('caffe')).toEqual([0, 128, 255]);
  });

  it('has nothing to show of other shapes', () => {
    expect(kernelThumbnail(floatTensor([2, 2], [1, 2, 3, 4]), undefined, 4)).toBeUndefined();
    expect(kernelThumbnail(floatTensor([0, 3, 1, 1], []), undefined, 4)).toBeUndefined();
  });

  it('survives NaN, which comes last', () => {
    const weights = floatTensor([2, 1, 1, 1], [NaN, 1]);
    const picture = kernelThumbnail(weights, undefined, 2)?.picture as RgbImage;
    expect(pixel(picture, 5, 5)).toEqual([255, 255, 255]);
    expect(pixel(picture, 5, 2 + 24 + 2 + 5)).toEqual([128, 128, 128]);
  });
});

describe('mapThumbnail', () => {
  it('shows the maps with the largest values first, each on its own scale', () => {
    const maps = floatTensor([1, 3, 1, 2], [0, 0, 4, 0, 0, 2]);
    const thumbnail = mapThumbnail(maps, 2);
    expect(thumbnail).toMatchObject({ shown: 2, of: 3 });
    const picture = thumbnail?.picture as RgbImage;
    // Viridis: yellow is much, dark violet is little.
    expect(pixel(picture, 5, 5)).toEqual([253, 231, 37]);
    expect(pixel(picture, 5, 35)).toEqual([68, 1, 84]);
    expect(pixel(picture, 5, 2 + 40 + 2 + 5)).toEqual([68, 1, 84]);
    expect(pixel(picture, 5, 2 + 40 + 2 + 35)).toEqual([253, 231, 37]);
  });

  it('does not let one extreme make the rest of a map dark', () => {
    const values = Array.from({ length: 400 }, (_, at) => at % 2);
    const maps = floatTensor([1, 1, 20, 20], [100, ...values.slice(1)]);
    const picture = mapThumbnail(maps, 1)?.picture as RgbImage;
    // Two pixels a value: the second of the first row is 1.
    expect(pixel(picture, 2, 2 + 3)).toEqual([253, 231, 37]);
  });

  it('has nothing to show of single numbers', () => {
    expect(mapThumbnail(floatTensor([1, 5, 1, 1], [1, 2, 3, 4, 5]), 3)).toBeUndefined();
    expect(mapThumbnail(floatTensor([1, 5], [1, 2, 3, 4, 5]), 3)).toBeUndefined();
  });
});
