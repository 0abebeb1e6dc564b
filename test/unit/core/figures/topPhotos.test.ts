import { describe, expect, it } from 'vitest';

import type { ProjectedPatch } from '../../../../src/core/analysis/photoSet/topPatches.js';
import { tileScale, topPhotosFigure, topTiles } from '../../../../src/core/figures/topPhotos.js';
import { numberPicture } from '../../../../src/core/imaging/digits.js';
import type { RgbImage } from '../../../../src/core/imaging/image.js';
import { plain } from '../../../../src/core/imaging/picture.js';
import { PRESETS } from '../../../../src/core/network/preprocessing.js';
import type { Preprocessing } from '../../../../src/core/network/preprocessing.js';
import { floatTensor } from '../../../../src/core/tensor.js';

/** Colour of the pixel at [y, x]. */
function pixel({ width, data }: RgbImage, y: number, x: number): readonly number[] {
  return [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
}

const input = {
  name: 'image',
  shape: [1, 3, 16, 16],
  layout: 'NCHW',
  isFree: { height: false, width: false },
  sizeOrigin: 'model',
} as const;
const rgb = PRESETS.get('imagenet') as Preprocessing;
const unit = { map: 5, rank: 1, photo: 0, value: 2, row: 0, column: 0 };
const GREY = [128, 128, 128];

describe('the tiles of a unit', () => {
  it('are as large as the largest window, what is smaller in the middle', () => {
    const windows = [
      { top: 0, left: 0, bottom: 2, right: 4 },
      { top: 4, left: 4, bottom: 8, right: 8 },
    ];
    const scale = tileScale(windows);
    expect(scale).toEqual({ side: 4, factor: 24 });
    // Red alone is positive, blue negative, at the contrast of the largest.
    const values = [3, -1.5, 0].flatMap((value) => Array<number>(8).fill(value));
    const patch: ProjectedPatch = {
      unit,
      window: windows[0] as (typeof windows)[number],
      patch: plain(4, 2, [10, 20, 30]),
      projection: { corner: [0, 0], part: floatTensor([1, 3, 2, 4], values) },
    };
    const tiles = topTiles(patch, input, rgb, scale);
    expect([tiles.patch.width, tiles.patch.height, tiles.projection.width]).toEqual([96, 96, 96]);
    expect(pixel(tiles.patch, 23, 50)).toEqual(GREY);
    expect(pixel(tiles.patch, 24, 50)).toEqual([10, 20, 30]);
    expect(pixel(tiles.patch, 71, 50)).toEqual([10, 20, 30]);
    expect(pixel(tiles.patch, 72, 50)).toEqual(GREY);
    expect(pixel(tiles.projection, 23, 50)).toEqual(GREY);
    expect(pixel(tiles.projection, 40, 50)).toEqual([255, 64, 128]);
  });

  it('are scaled down where windows are large', () => {
    const scale = tileScale([{ top: 0, left: 0, bottom: 192, right: 150 }]);
    expect(scale).toEqual({ side: 192, factor: 0.5 });
    const patch = plain(192, 192, [10, 20, 30]);
    const window = { top: 0, left: 0, bottom: 192, right: 192 };
    const part = floatTensor([1, 3, 192, 192], new Float32Array(3 * 192 * 192));
    const large = { ...input, shape: [1, 3, 192, 192] };
    const tiles = topTiles({ unit, window, patch, projection: { corner: [0, 0], part } }, large, rgb, scale);
    expect([tiles.patch.width, tiles.patch.height]).toEqual([96, 96]);
    expect(pixel(tiles.patch, 50, 50)).toEqual([10, 20, 30]);
    expect(pixel(tiles.projection, 50, 50)).toEqual(GREY);
  });

  it('are crossed out where the photo is another one', () => {
    const { projection, patch } = topTiles({ unit, problem: 'is gone' }, input, rgb, { side: 4, factor: 24 });
    for (const tile of [projection, patch]) {
      expect(tile.width).toBe(96);
      expect(pixel(tile, 30, 30)).toEqual([176, 32, 32]);
      expect(pixel(tile, 30, 65)).toEqual([176, 32, 32]);
      expect(pixel(tile, 30, 40)).toEqual([236, 236, 236]);
    }
  });
});

describe('the figure', () => {
  it('has projections on the left and patches on the right, rank by rank, under the number of their map', () => {
    const tilesOf = (map: number, count: number): { projection: RgbImage; patch: RgbImage }[] =>
      Array.from({ length: count }, (_, rank) => ({
        projection: plain(10, 10, [map, rank, 1]),
        patch: plain(10, 10, [map, rank, 2]),
      }));
    const maps = [
      { map: 3, tiles: tilesOf(3, 4) },
      { map: 120, tiles: tilesOf(120, 3) },
    ];
    const figure = topPhotosFigure(maps, 4);
    // A half is 2 x (10 + 2) + 2 pixels, two of them are 4 apart and around; numbers are 15 high; maps are 14 apart.
    const [half, block] = [26, 26 * 2 + 4 * 3];
    expect([figure.width, figure.height]).toEqual([14 + block + 14, 14 + 2 * (15 + 34 + 14)]);
    for (const [place, { map }] of maps.entries()) {
      const [top, left] = [14 + place * (15 + 34 + 14) + 15 + 4 + 2, 14 + 4 + 2];
      expect(pixel(figure, top, left)).toEqual([map, 0, 1]);
      expect(pixel(figure, top, left + 10)).toEqual([176, 176, 176]);
      expect(pixel(figure, top, left + 12)).toEqual([map, 1, 1]);
      expect(pixel(figure, top + 12, left)).toEqual([map, 2, 1]);
      expect(pixel(figure, top, left + half + 4)).toEqual([map, 0, 2]);
      const last = place === 0 ? [map, 3, 2] : [255, 255, 255];
      expect(pixel(figure, top + 12, left + half + 4 + 12)).toEqual(last);
      const number = numberPicture(map, 3);
      for (const [y, x] of [
        [1, 1],
        [7, 1],
        [7, 7],
        [13, 4],
      ] as const) {
        expect(pixel(figure, 14 + place * 63 + y, 14 + 6 + x)).toEqual(pixel(number, y, x));
      }
    }
  });

  it('has a last row that is full where the number of maps allows it', () => {
    const figure = (count: number): number =>
      topPhotosFigure(
        Array.from({ length: count }, (_, map) => ({
          map,
          tiles: [{ projection: plain(96, 96), patch: plain(96, 96) }],
        })),
        1,
      ).width;
    const block = 2 * 100 + 3 * 4;
    expect(figure(16)).toBe(14 + 4 * (block + 14));
    expect(figure(2)).toBe(14 + block + 14);
    expect(figure(7)).toBe(14 + 2 * (block + 14));
  });
});

describe('a number', () => {
  it('is drawn digit by digit', () => {
    const picture = numberPicture(17, 1);
    const rows = Array.from({ length: picture.height }, (_, y) =>
      Array.from({ length: picture.width }, (__, x) => (pixel(picture, y, x)[0] === 0 ? '#' : '.')).join(''),
    );
    expect(rows).toEqual(['.#..###', '##....#', '.#....#', '.#....#', '###...#']);
    expect(numberPicture(4096, 3)).toMatchObject({ width: 45, height: 15 });
  });
});
