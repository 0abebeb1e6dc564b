import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { decodeImage } from '../../../src/core/imaging/decode.js';
import { indexedFixture } from './indexedFixture.js';
import { unpool } from './run.js';

const { folder, store } = indexedFixture();

/** The colours of a picture, with the pixels of each. */
async function coloursOf(file: string): Promise<ReadonlyMap<string, number>> {
  const { data } = await decodeImage(readFileSync(file), file);
  const counts = new Map<string, number>();
  for (let at = 0; at < data.length; at += 3) {
    const colour = data.subarray(at, at + 3).join();
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  return counts;
}

describe('unpool map', () => {
  it('writes where every photo lies, as CSV and as JSON', async () => {
    const [csv, json] = [join(folder, 'map.csv'), join(folder, 'map.json')];
    expect((await unpool('map', store, '--out', csv)).status).toBe(0);
    expect((await unpool('map', store, '--out', json)).status).toBe(0);
    const [heading, ...rows] = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
    expect(heading).toBe('photo,path,label,x,y,class_1,probability_1');
    const { layer, method, shares, photos } = JSON.parse(readFileSync(json, 'utf8')) as {
      layer: string;
      method: string;
      shares: readonly number[];
      photos: readonly { photo: number; path: string; label: string; x: number; y: number; class: number }[];
    };
    expect([layer, method]).toEqual(['relu3', 'pca']);
    expect(shares).toHaveLength(2);
    expect(
      photos.map((each) => [each.photo, each.path, each.label, each.x, each.y, each.class].join()),
    ).toEqual(rows.map((row) => row.split(',').slice(0, -1).join()));
    // The axes are through the mean, at right angles.
    const sum = (value: (each: (typeof photos)[number]) => number): number =>
      photos.reduce((total, each) => total + value(each), 0);
    expect(sum(({ x }) => x)).toBeCloseTo(0, 4);
    expect(sum(({ y }) => y)).toBeCloseTo(0, 4);
    expect(sum(({ x, y }) => x * y)).toBeCloseTo(0, 4);
  });

  it('draws them in the colours of their labels, which it tells, or of a map', async () => {
    const file = join(folder, 'map.png');
    const { status, stderr } = await unpool('map', store, '--method', 'umap', '--out', file);
    expect(status).toBe(0);
    expect(stderr).toMatch(/blue: \w+ \(\d+\)\n.*orange: \w+ \(\d+\)/);
    const colours = await coloursOf(file);
    expect(colours.get('0,114,178')).toBeGreaterThan(50);
    expect(colours.get('230,159,0')).toBeGreaterThan(50);
    const shaded = await unpool('map', store, '--colour', '2', '--out', file);
    expect(shaded.stderr).toMatch(/mean activation of map 2 of relu3: purple .*, yellow /);
    expect((await coloursOf(file)).size).toBeGreaterThan(10);
  });

  it('ends with 1 where a layer, a map or classes of the labels are not there, with 2 for an unknown colour', async () => {
    const out = join(folder, 'none.png');
    const layer = await unpool('map', store, '--layer', 'relu1', '--out', out);
    expect(layer.status).toBe(1);
    expect(layer.stderr).toMatch(/no vectors are kept of 'relu1', but of 'relu3'/);
    const map = await unpool('map', store, '--colour', '99', '--out', out);
    expect(map.status).toBe(1);
    expect(map.stderr).toMatch(/layer 'relu3' has maps 0 to \d+, and no map 99/);
    const array = await unpool('map', store, '--out', join(folder, 'none.npy'));
    expect(array.stderr).toMatch(/use .png, .csv or .json/);
    expect((await unpool('map', store, '--colour', 'red', '--out', out)).status).toBe(2);
    expect(existsSync(out)).toBe(false);
  });
});
