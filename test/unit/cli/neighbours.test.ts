import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { decodeImage } from '../../../src/core/imaging/decode.js';
import { FIXTURE, indexedFixture } from './indexedFixture.js';
import { ROOT, unpool } from './run.js';

const expected = JSON.parse(readFileSync(join(FIXTURE, 'neighbours.json'), 'utf8')) as {
  cosine: { photo: number; distance: number }[][];
};
const { paths } = JSON.parse(readFileSync(join(FIXTURE, 'expected.json'), 'utf8')) as { paths: string[] };

const { folder, store } = indexedFixture();

describe('unpool neighbours', () => {
  it('prints the photos that are nearest to one of the index, and whose label is another one', async () => {
    const { status, stdout } = await unpool('neighbours', store, 'bars/00.png', '--count', '3');
    expect(status).toBe(0);
    const [heading, ...rows] = stdout.trimEnd().split('\n');
    expect(heading).toBe('bars/00.png: bars');
    expect(rows).toHaveLength(1 + 3);
    for (const row of rows.slice(1)) {
      expect(row).toMatch(/^\d\.\d{5} +(bars +bars|(Spots|noise) +\2)\/\d\d\.png( +another label)?$/);
      expect(row.includes('another label')).toBe(!row.includes('bars/'));
    }
  });

  it('writes them as JSON, of a photo from outside, too', async () => {
    const file = join(folder, 'near.json');
    const outside = join(ROOT, 'test/fixtures/images/lossless.webp');
    const { status, stderr } = await unpool(
      ...['neighbours', store, 'noise/20.png', outside, '--distance', 'cosine', '--out', file],
    );
    expect(status).toBe(0);
    expect(stderr).toMatch(/preprocessing: imagenet \(as the index was made\)/);
    const { layer, distance, queries } = JSON.parse(readFileSync(file, 'utf8')) as {
      layer: string;
      distance: string;
      queries: {
        photo: number | null;
        label: string | null;
        neighbours: { path: string; agrees: unknown }[];
      }[];
    };
    expect([layer, distance]).toEqual(['relu3', 'cosine']);
    const photo = paths.indexOf('noise/20.png');
    expect(queries[0]).toMatchObject({ photo, label: 'noise' });
    expect(queries[0]?.neighbours.map(({ path }) => path)).toEqual(
      expected.cosine[photo]?.map((neighbour) => paths[neighbour.photo]),
    );
    expect(queries[1]).toMatchObject({ photo: null, label: null });
    expect(queries[1]?.neighbours.map(({ agrees }) => agrees)).toEqual(Array(6).fill(null));
  });

  it('draws a column of queries and a row of answers behind each', async () => {
    const file = join(folder, 'near.png');
    const { status } = await unpool('neighbours', store, 'bars/00.png', 'Spots/01.png', '--out', file);
    expect(status).toBe(0);
    const { width, height, data } = await decodeImage(readFileSync(file), file);
    // Cells of 104 pixels, 4 between them, and 20 behind the queries.
    expect([width, height]).toEqual([4 + 104 + 20 + 6 * 108, 4 + 2 * 108]);
    const { stdout } = await unpool('neighbours', store, 'bars/00.png');
    stdout
      .split('\n')
      .slice(2, 8)
      .forEach((line, place) => {
        const [x, y] = [4 + 104 + 20 + place * 108 + 1, 4 + 1];
        const at = (y * width + x) * 3;
        const colour = [...data.subarray(at, at + 3)];
        expect(colour).toEqual(line.includes('another label') ? [213, 94, 0] : [0, 114, 178]);
      });
  });

  it('ends with 1 where a photo, a layer or the index is not there', async () => {
    const photo = await unpool('neighbours', store, 'bars/99.png');
    expect(photo.status).toBe(1);
    expect(photo.stderr).toMatch(
      /bars\/99.png: there is no such file, and no photo of that path in the index/,
    );
    const layer = await unpool('neighbours', store, 'bars/00.png', '--layer', 'relu1');
    expect(layer.status).toBe(1);
    expect(layer.stderr).toMatch(/no vectors are kept of 'relu1', but of 'relu3'/);
    const index = await unpool('neighbours', folder, 'bars/00.png');
    expect(index.status).toBe(1);
    expect(index.stderr).toMatch(/there is no index in it/);
    const array = await unpool('neighbours', store, 'bars/00.png', '--out', join(folder, 'x.npy'));
    expect(array.status).toBe(1);
    expect(array.stderr).toMatch(/use .png, .csv or .json/);
    expect(existsSync(join(folder, 'x.npy'))).toBe(false);
  });
});
