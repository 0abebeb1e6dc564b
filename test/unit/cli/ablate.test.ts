import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { csvRows } from '../../../src/core/photos/csv.js';
import { ROOT, unpool } from './run.js';

const MODEL = join(ROOT, 'test/fixtures/ablation/residual.onnx');
const PHOTOS = join(ROOT, 'test/fixtures/photoSet/photos.zip');
const ALEXNET = join(ROOT, 'media/models/alexnet-caltech101.onnx');
const PANDA = join(ROOT, 'media/photos/panda.jpg');

interface Told {
  top1: number;
  probability: number;
}
const expected = JSON.parse(readFileSync(join(ROOT, 'test/fixtures/ablation/expected.json'), 'utf8')) as {
  none: { all: { top1: number; own: number } };
  maps: Record<string, { all: { top1: number; own: number } }[]>;
};

const folder = mkdtempSync(join(tmpdir(), 'unpool-cli-ablate-'));
const labels = join(folder, 'names.txt');
writeFileSync(labels, ['bars', 'spots', 'c2', 'noise', 'c4', 'c5', 'c6'].join('\n'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const ablate = (...args: string[]): ReturnType<typeof unpool> =>
  unpool('ablate', MODEL, PHOTOS, '--labels', labels, ...args);

describe('unpool ablate', () => {
  it('ranks the maps of a layer by what the set loses, as PyTorch says', async () => {
    const { status, stdout } = await ablate('--layer', 'relu4');
    expect(status).toBe(0);
    expect(stdout).toMatch(/photos.zip: 42 photos, 42 with a class; maps of relu4 set to zero\n2 skipped:/);
    expect(stdout).toMatch(/\noff +top-1 accuracy .*class that loses most\nnone +/);
    expect(stdout).toMatch(/\nwithout \d of 8 the class is as probable or more\n$/);
  });

  it('writes everything as JSON, a table and a picture', async () => {
    const json = await ablate('--layer', 'relu4', '--fill', 'mean', '--json');
    const value = JSON.parse(json.stdout) as {
      fill: string;
      none: Told;
      ablations: ({ maps: number[]; lost: number; classes: object[] } & Told)[];
    };
    expect(value.fill).toBe('mean');
    const wanted = expected.maps['relu4 mean'] ?? [];
    for (const { maps, top1, probability, classes } of value.ablations) {
      expect(top1).toBeCloseTo(wanted[maps[0] ?? -1]?.all.top1 ?? NaN, 9);
      expect(probability).toBeCloseTo(wanted[maps[0] ?? -1]?.all.own ?? NaN, 5);
      expect(classes).toHaveLength(3);
    }
    const file = join(folder, 'maps.csv');
    expect((await ablate('--layer', 'relu4', '--fill', 'mean', '--out', file)).status).toBe(0);
    const [heading, ...rows] = [...csvRows(readFileSync(file, 'utf8'), file)].map(({ fields }) => fields);
    expect(heading?.slice(0, 6)).toEqual([
      'removed',
      'layer',
      'maps',
      'photos',
      'labelled',
      'top_1_accuracy',
    ]);
    expect(rows.map((row) => row[2])).toEqual(['', ...value.ablations.map(({ maps }) => String(maps[0]))]);
    const picture = join(folder, 'maps.png');
    expect((await ablate('--layer', 'relu4', '--out', picture)).status).toBe(0);
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');
  });

  it('tells of one group of maps which classes and photos lose most', async () => {
    const { stdout } = await ablate('--layer', 'relu4', '--maps', '1,6');
    expect(stdout).toMatch(/\n1, 6 +\d/);
    expect(stdout).toMatch(/\nClasses that lose most\nclass +photos /);
    expect(stdout).toMatch(/\nPhotos that lose most\nphoto +probability +before\n(bars|Spots|noise)\//);
  });

  it('removes whole layers, and says how, and that nothing was trained again', async () => {
    const one = await ablate('--layers', 'conv1,conv4', '--layers', 'conv3');
    expect(one.stdout).toMatch(/\nconv1, conv4 .* conv1 set to zero; conv4 taken out\n/);
    expect(one.stdout).toMatch(/\nconv3 .* set to zero, the skip is left\n/);
    expect(one.stdout).toMatch(/trained each network again .* here the weights stay as they are/);
    const all = await ablate();
    expect(all.stdout.match(/^conv\d/gm)?.sort()).toEqual(['conv1', 'conv2', 'conv3', 'conv4']);
  });

  it('takes a single photo, whose answer is what is lost', async () => {
    const { status, stdout } = await unpool('ablate', ALEXNET, PANDA, '--layer', 'relu5', '--maps', '3,17');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /panda.jpg: one photo; maps of relu5 set to zero\n\noff +probability of the answer/,
    );
    const predicted = JSON.parse((await unpool('predict', ALEXNET, PANDA, '--json')).stdout) as {
      top: { probability: number }[];
    }[];
    const before = 100 * (predicted[0]?.top[0]?.probability ?? NaN);
    expect(stdout).toContain(`\nnone   ${before.toFixed(1)} %`);
  });

  it('refuses what cannot be meant, in one line', async () => {
    expect(await ablate('--maps', '3')).toMatchObject({ status: 2 });
    expect(await ablate('--layer', 'relu4', '--layers', 'conv1')).toMatchObject({ status: 2 });
    const missing = await ablate('--layer', 'relu4', '--maps', '9');
    expect(missing).toMatchObject({ status: 1 });
    expect(missing.stderr).toMatch(/unpool: .*residual.onnx: layer 'relu4' has no map 9; its 8 maps/);
    const picture = await ablate('--layers', 'conv1', '--out', 'x.png');
    expect(picture).toMatchObject({ status: 1 });
    expect(picture.stderr).toMatch(/x.png: the ending decides the form; use .csv or .json/);
    const flat = await ablate('--layer', 'nothing');
    expect(flat.stderr).toMatch(/there is no layer 'nothing'/);
  });
});
