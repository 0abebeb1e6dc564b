import { describe, expect, it } from 'vitest';

import { UserError } from '../../../../src/core/errors.js';
import { decodeImage } from '../../../../src/core/imaging/decode.js';
import { encodePng } from '../../../../src/core/imaging/png.js';
import { bytesOf, decoded, expectedImage, largestDifference } from './fixtures.js';

const EXACT = [
  ...['baseline.jpg', 'subsampled.jpg', 'progressive.jpg', 'restart.jpg', 'grey.jpg', 'one.jpg'],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((orientation) => `orientation${orientation}.jpg`),
  ...['rgb.png', 'grey.png', 'grey2.png', 'bits.png', 'one.png', 'interlaced.png', 'interlaced_grey2.png'],
  ...['alpha.png', 'grey_alpha.png', 'palette.png', 'palette_alpha.png', 'transparent_colour.png'],
  ...['rgb.bmp', 'palette.bmp', 'bits.bmp', 'top_down.bmp', 'unused_byte.bmp', 'alpha.bmp', 'masks565.bmp'],
  ...['lossy.webp', 'lossless.webp', 'alpha.webp'],
];

/** Inks are converted, and 16 bits rounded, in slightly different ways. */
const CLOSE: readonly [string, number][] = [
  ['cmyk.jpg', 3],
  ['cmyk_turned.jpg', 3],
  ['ycck.jpg', 3],
  ['rgb16.png', 1],
  ['grey16.png', 1],
];

describe('decodeImage', () => {
  it.each(EXACT)('gives the pixels of %s as Pillow does', async (name) => {
    const { width, height, data } = await decoded(name);
    const expected = expectedImage(name);
    expect([width, height]).toEqual([expected.width, expected.height]);
    expect(largestDifference(data, expected.data)).toBe(0);
  });

  it.each(CLOSE)('gives the pixels of %s as Pillow does, up to %i levels', async (name, tolerance) => {
    const { width, data } = await decoded(name);
    const expected = expectedImage(name);
    expect(width).toBe(expected.width);
    expect(largestDifference(data, expected.data)).toBeLessThanOrEqual(tolerance);
  });

  it('stores eight orientations of one photo as the same upright photo', async () => {
    const upright = await decoded('orientation1.jpg');
    expect([...upright.data.subarray(0, 3)].map((level) => Math.round(level / 50))).toEqual([5, 0, 0]);
    for (let orientation = 2; orientation <= 8; orientation++) {
      const turned = await decoded(`orientation${orientation}.jpg`);
      expect([turned.width, turned.height]).toEqual([upright.width, upright.height]);
      expect(largestDifference(turned.data.subarray(0, 9), upright.data.subarray(0, 9))).toBeLessThan(20);
    }
  });

  it('refuses 20,000 x 20,000 pixels by the header, naming file, size and limit', async () => {
    const refusal = /^huge\.png: .*20000x20000.*100 million/;
    await expect(decoded('huge.png')).rejects.toThrow(refusal);
    // Without the pixels, which therefore nothing asks for.
    await expect(decodeImage(bytesOf('huge.png').subarray(0, 64), 'huge.png')).rejects.toThrow(refusal);
  });

  it.each([
    'baseline.jpg',
    'progressive.jpg',
    'grey.jpg',
    'cmyk.jpg',
    'rgb.png',
    'interlaced.png',
    'rgb.bmp',
  ])('refuses %s cut short anywhere', async (name) => {
    const whole = bytesOf(name);
    for (const share of [0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99]) {
      const part = whole.subarray(0, Math.floor(whole.length * share));
      await expect(decodeImage(part, name), `${share} of the file`).rejects.toThrow(UserError);
    }
  });

  it.each(['lossy.webp', 'lossless.webp'])('refuses %s cut short anywhere', async (name) => {
    const whole = bytesOf(name);
    for (const share of [0.02, 0.1, 0.5, 0.9]) {
      const part = whole.subarray(0, Math.floor(whole.length * share));
      await expect(decodeImage(part, name)).rejects.toThrow(UserError);
    }
  });

  it.each([
    ['a text', Buffer.from('hello, this is no picture at all'), /^x\.png: this is no image/],
    ['an empty file', Buffer.alloc(0), /^x\.png: the file is empty$/],
    ['a TIFF', bytesOf('scan.tiff'), /^x\.png: TIFF images are not supported; save it as PNG or JPEG$/],
    [
      'CMYK that does not say how its inks are stored',
      bytesOf('cmyk_unmarked.jpg'),
      /^x\.png: .*4 components/,
    ],
  ])('refuses %s', async (_, bytes, message) => {
    const refusal = decodeImage(bytes, 'x.png');
    await expect(refusal).rejects.toThrow(UserError);
    await expect(refusal).rejects.toThrow(message);
  });

  it('decodes after a damaged photo as before', async () => {
    await expect(decodeImage(bytesOf('baseline.jpg').subarray(0, 700), 'x.jpg')).rejects.toThrow(UserError);
    expect((await decoded('baseline.jpg')).data).toEqual(new Uint8Array(expectedImage('baseline.jpg').data));
  });
});

it('writes PNG files that it reads back', async () => {
  const photo = expectedImage('photo.png');
  const again = await decodeImage(encodePng(photo), 'again.png');
  expect([again.width, again.height]).toEqual([photo.width, photo.height]);
  expect(largestDifference(again.data, photo.data)).toBe(0);
});
