import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { UserError } from '../../../../src/core/errors.js';
import { decodeImage } from '../../../../src/core/imaging/decode.js';
import { encodePng } from '../../../../src/core/imaging/png.js';
import { resample } from '../../../../src/core/imaging/resample.js';

const folder = join(import.meta.dirname, '../../../fixtures/images');
const read = (name: string): Uint8Array => readFileSync(join(folder, name));
const json = (name: string): Record<string, number[]> =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, number[]>;
const expected = json('expected.json');

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number> = []): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, index) => Math.abs(value - (b[index] ?? NaN))).reduce(
    (x, y) => Math.max(x, y),
    0,
  );
}

describe('decodeImage', () => {
  it.each(['rgb.png', 'grey.png', 'bits.png', 'one.png', 'alpha.png', 'palette.png'])(
    'gives the pixels of %s as Pillow does',
    async (name) => {
      const { data } = await decodeImage(read(name), name);
      // Compositing rounds differently by one level.
      expect(largestDifference(data, expected[name])).toBeLessThanOrEqual(name === 'alpha.png' ? 1 : 0);
    },
  );

  it.each(['rgb.bmp', 'rgb.webp', 'interlaced.png', 'rgb16.png'])('gives the pixels of %s', async (name) => {
    const { width, height, data } = await decodeImage(read(name), name);
    expect([width, height]).toEqual([32, 24]);
    expect(largestDifference(data, expected['rgb.png'])).toBe(0);
  });

  it.each([
    ['baseline.jpg', 'baseline.jpg', 4],
    ['progressive.jpg', 'baseline.jpg', 4],
    ['grey.jpg', 'grey.jpg', 2],
    ['cmyk.jpg', 'cmyk.jpg', 6],
  ])('gives the pixels of %s up to the decoder’s rounding', async (name, as, tolerance) => {
    const { data } = await decodeImage(read(name), name);
    expect(largestDifference(data, expected[as])).toBeLessThanOrEqual(tolerance);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('turns a photo upright by EXIF orientation %i', async (orientation) => {
    const name = `orientation${orientation}.jpg`;
    const { width, height, data } = await decodeImage(read(name), name);
    expect([width, height]).toEqual([32, 24]);
    expect(largestDifference(data, expected['rgb.png'])).toBeLessThanOrEqual(60);
    // The red corner is at the top left.
    expect(data[0]).toBeGreaterThan(200);
    expect(data[1]).toBeLessThan(60);
  });

  it('reads 16-bit greyscale', async () => {
    const { data } = await decodeImage(read('grey16.png'), 'grey16.png');
    const red = expected['rgb.png']?.filter((_, index) => index % 3 === 0) ?? [];
    expect([...data].filter((_, index) => index % 3 === 1)).toEqual(red);
  });

  it('refuses 20,000 x 20,000 pixels by the header, naming file and size', async () => {
    await expect(decodeImage(read('huge.png'), 'huge.png')).rejects.toThrow(
      /huge\.png.*20000x20000.*100 million/,
    );
  });

  it.each(['rgb.png', 'rgb.bmp', 'rgb.webp', 'baseline.jpg', 'progressive.jpg'])(
    'refuses a truncated %s',
    async (name) => {
      const whole = read(name);
      for (const share of [0.1, 0.5, 0.8]) {
        const part = whole.subarray(0, Math.floor(whole.length * share));
        await expect(decodeImage(part, name)).rejects.toThrow(UserError);
      }
    },
  );

  it.each([
    ['text', Buffer.from('hello, this is no picture at all')],
    ['nothing', Buffer.alloc(0)],
  ])('refuses %s', async (_, bytes) => {
    await expect(decodeImage(bytes, 'x.png')).rejects.toThrow(/x\.png/);
  });
});

it('writes PNG that it reads back', async () => {
  const image = await decodeImage(read('rgb.png'), 'rgb.png');
  const again = await decodeImage(encodePng(image), 'again.png');
  expect(again).toEqual(image);
});

it.each(Object.entries(json('resized.json')))(
  'scales to %s as Pillow’s bilinear filter',
  async (size, pixels) => {
    const [width = 0, height = 0] = size.split('x').map(Number);
    const image = await decodeImage(read('rgb.png'), 'rgb.png');
    expect(largestDifference(resample(image, width, height).data, pixels)).toBeLessThanOrEqual(1);
  },
);
