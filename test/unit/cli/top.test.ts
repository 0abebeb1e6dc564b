import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { decodeImage } from '../../../src/core/imaging/decode.js';
import { openPhotoSet } from '../../../src/core/photos/photoSet.js';
import { ROOT, unpool } from './run.js';
import type { Outcome } from './run.js';

const FIXTURE = join(ROOT, 'test/fixtures/photoSet');
const folder = mkdtempSync(join(tmpdir(), 'unpool-cli-top-'));
const store = join(folder, 'index');

interface Described {
  order?: unknown;
  maps: {
    map: number;
    selectivity: { label: string; index: number } | null;
    byLabel: Record<string, number>;
    top: { path: string; value: number; window: unknown }[];
    contrast?: number;
    largest: number;
    answers: number;
  }[];
}
const expected = JSON.parse(readFileSync(join(FIXTURE, 'expected.json'), 'utf8')) as {
  paths: string[];
  layers: Record<
    string,
    { top: { photo: number; value: number }[][]; largest: number[]; byLabel: Record<string, number[]> }
  >;
};

beforeAll(async () => {
  for (const name of ['tiny.onnx', 'photos.zip']) {
    cpSync(join(FIXTURE, name), join(folder, name));
  }
  await unpool(
    'index',
    join(folder, 'tiny.onnx'),
    join(folder, 'photos.zip'),
    '--batch',
    '4',
    '--out',
    store,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const top = (layer: string, ...more: string[]): Promise<Outcome> =>
  unpool('top', store, '--layer', layer, ...more);

async function described(layer: string, ...more: string[]): Promise<Described> {
  const out = join(folder, 'top.json');
  const { status, stderr } = await top(layer, ...more, '--out', out);
  expect([status, stderr]).toEqual([0, '']);
  return JSON.parse(readFileSync(out, 'utf8')) as Described;
}

describe('unpool top', () => {
  it('gives the strongest photos and numbers of maps in the order that is asked for', async () => {
    const { largest = [], top: wanted = [], byLabel = {} } = expected.layers['relu1'] ?? {};
    const byStrength = [...largest.keys()].sort((a, b) => (largest[b] ?? 0) - (largest[a] ?? 0));
    const { order, maps } = await described('relu1', '--first', '4', '--count', '3');
    expect(order).toEqual({ by: 'strength' });
    expect(maps.map(({ map }) => map)).toEqual(byStrength.slice(0, 4));
    for (const { map, top: photos, selectivity } of maps) {
      expect(photos.map(({ path }) => path)).toEqual(
        wanted[map]?.slice(0, 3).map(({ photo }) => expected.paths[photo]),
      );
      const means = Object.entries(byLabel).map(([label, ofMaps]) => [label, ofMaps[map] ?? 0] as const);
      const [[label, most] = ['', 0], ...rest] = means.sort((a, b) => b[1] - a[1]);
      const others = rest.reduce((sum, [, mean]) => sum + mean, 0) / rest.length;
      expect(selectivity?.label).toBe(label);
      expect(selectivity?.index).toBeCloseTo((most - others) / (most + others), 5);
    }
    const chosen = await described('relu1', '--map', '4,1');
    expect(chosen.order).toBeUndefined();
    expect(chosen.maps.map(({ map }) => map)).toEqual([4, 1]);
    // Map 4 is dead.
    expect(chosen.maps[0]).toMatchObject({ largest: 0, answers: 0, selectivity: null });
    const apart = await described('relu1', '--label', 'bars', '--versus', 'noise');
    expect(apart.order).toEqual({ by: 'contrast', labels: ['bars', 'noise'] });
    const first = apart.maps[0];
    const { bars = 0, noise = 0 } = first?.byLabel ?? {};
    expect(first?.contrast).toBeCloseTo((bars - noise) / Math.max(...Object.values(first?.byLabel ?? {})), 9);
  });

  it('draws projections beside patches', async () => {
    const out = join(folder, 'top.png');
    const { status, stderr } = await top('relu1', '--map', '0,4', '--out', out);
    expect([status, stderr]).toEqual([0, 'preprocessing: imagenet (as the index was made)\n']);
    const figure = await decodeImage(readFileSync(out), out);
    // Tiles of 3 x 3 pixels at 32 pixels each; two maps one above the other.
    const half = 3 * (96 + 2) + 2;
    expect([figure.width, figure.height]).toEqual([
      2 * 14 + 2 * half + 3 * 4,
      14 + 2 * (15 + half + 2 * 4 + 14),
    ]);
    const colours = (map: number, side: number): number => {
      const [y, x] = [14 + map * (15 + half + 8 + 14) + 15 + 4 + 2, 14 + 4 + 2 + side * (half + 4)];
      const tile = Array.from({ length: 96 * 96 }, (_, at) => {
        const place = (y + Math.floor(at / 96)) * figure.width + x + (at % 96);
        return figure.data.subarray(place * 3, place * 3 + 3).join();
      });
      return new Set(tile).size;
    };
    // Of noise every pixel has a colour of its own; a dead map answers no photo.
    expect([colours(0, 0), colours(0, 1)]).toEqual([9, 9]);
    expect([colours(1, 0), colours(1, 1)]).toEqual([1, 1]);
  });

  it('crosses out what has changed, and fails where nothing is what it was', async () => {
    const photos = join(folder, 'photos');
    const set = await openPhotoSet(join(folder, 'photos.zip'));
    for (const photo of set.photos) {
      mkdirSync(dirname(join(photos, photo.path)), { recursive: true });
      writeFileSync(join(photos, photo.path), await set.read(photo));
    }
    await set.close();
    // The strongest photo of map 0 becomes another one.
    cpSync(join(photos, 'bars/00.png'), join(photos, 'noise/41.png'));
    const crossed = join(folder, 'crossed.png');
    const some = await top('relu1', '--map', '0', '--photos', photos, '--out', crossed);
    expect([some.status, some.stderr.split('\n')[1]]).toEqual([
      0,
      '1 of 9 photos cannot be shown: noise/41.png has changed since the index was made; they are crossed out',
    ]);
    const { data, width } = await decodeImage(readFileSync(crossed), crossed);
    const [y, x] = [14 + 15 + 4 + 2 + 10, 14 + 4 + 2 + 10];
    expect([...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)]).toEqual([176, 32, 32]);
    const out = join(folder, 'none.png');
    const none = await top('relu1', '--photos', join(ROOT, 'media/photos'), '--out', out);
    expect(none.status).toBe(1);
    expect(none.stderr).toMatch(
      /unpool: .*index: \d+ of \d+ photos cannot be shown: noise\/41.png there is no such file; .*; --photos says where they are\n$/,
    );
  });

  it('ends with 1 where the index is at fault, with 2 for wrong usage', async () => {
    const out = join(folder, 'x.json');
    const failures = [
      [1, /no layer 'conv1' in the index; it has 'relu1', 'leakyrelu2'/, ['conv1', '--out', out]],
      [1, /no map 6: layer 'relu1' has maps 0 to 5/, ['relu1', '--map', '6', '--out', out]],
      [1, /index: no photo has the label 'dogs'; there are 3/, ['relu1', '--label', 'dogs', '--out', out]],
      [1, /index: layer 'relu1': likeness is told from/, ['relu1', '--like', '4', '--out', out]],
      [1, /use .png or .json/, ['relu1', '--out', 'x.npy']],
      [1, /is not the model that the index/, ['relu1', '--model', OTHER, '--out', out]],
      [2, /needs --label/, ['relu1', '--versus', 'bars', '--out', out]],
      [2, /orders by selectivity/, ['relu1', '--label', 'bars', '--sort', 'deadness', '--out', out]],
      [2, /cannot be used with option/, ['relu1', '--map', '1', '--first', '2', '--out', out]],
    ] as const;
    for (const [status, message, arguments_] of failures) {
      const found = await top(...(arguments_ as readonly string[] as [string, ...string[]]));
      expect(found.stderr).toMatch(message);
      expect(found.status).toBe(status);
    }
    const nothing = await unpool('top', folder, '--layer', 'relu1', '--out', out);
    expect(nothing.stderr).toMatch(/there is no index in it; make one with unpool index/);
  });
});

const OTHER = join(ROOT, 'media/models/zfnet-caltech101.onnx');
