import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { decodeImage } from '../../../src/core/imaging/decode.js';
import { unpool } from './run.js';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures');
const MODEL = join(FIXTURES, 'comparison/base.onnx');
const PHOTOS = join(FIXTURES, 'invariance');
const ASKED = ['invariance', MODEL, join(PHOTOS, 'a.png'), '--preprocess', 'unit'] as const;

const expected = JSON.parse(readFileSync(join(PHOTOS, 'expected.json'), 'utf8')) as Record<
  string,
  { readonly lengths: readonly number[]; readonly class: number }
>;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-invariance-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('prints a row for each value, zero in the middle', async () => {
  const { status, stdout } = await unpool(...ASKED, '--range', '-4,4', '--steps', '5');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^pixels down +relu1 +relu1_2 +probability$/m);
  expect(stdout).toMatch(/^0 +0\.000 +0\.000 +0\.297$/m);
  expect(stdout).toMatch(/^-4 +0\.602 +0\.028 +0\.300$/m);
});

it('writes JSON, CSV and charts of a set', async () => {
  const [json, csv, png] = ['json', 'csv', 'png'].map((ending) => join(folder, `out.${ending}`)) as [
    string,
    string,
    string,
  ];
  const set = ['invariance', MODEL, PHOTOS, '--preprocess', 'unit', '--transform', 'scale', '--steps', '3'];
  const { stdout } = await unpool(...set, '--json', '--out', json);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(json, 'utf8')));
  expect(JSON.parse(stdout)).toMatchObject({
    transform: 'scale',
    values: [1, 1.4, 1.8],
    photos: [{ photo: 'a.png', class: expected['a.png']?.class }, { photo: 'b.png' }],
    mean: { layers: [{ layer: 'relu1' }, { layer: 'relu1_2' }] },
  });
  await unpool(...set, '--layers', 'relu1', '--class', '2', '--out', csv);
  expect(readFileSync(csv, 'utf8')).toMatch(
    /^photo,class,transform,value,layer,distance,relative_distance,probability\r\na\.png,2,scale,1,relu1,0,0,0\.\d+\r\n/,
  );
  const { stderr } = await unpool(...set, '--out', png);
  expect(stderr).toMatch(/charts, left to right: relu1 \(full height .*, probability \(full height 1\.00\)/);
  const { width, height } = await decodeImage(readFileSync(png), png);
  expect([width, height]).toEqual([3 * 360, 280 + 16 + 16]);
});

it('says what is wrong with a range, a class and a photo', async () => {
  expect((await unpool(...ASKED, '--range', '3')).stderr).toContain("'3' is no range");
  expect((await unpool(...ASKED, '--transform', 'scale', '--range', '0,1')).stderr).toContain(
    'begins above 0',
  );
  expect((await unpool(...ASKED, '--class', '7')).stderr).toContain('there is no class 7');
  const { status, stderr } = await unpool('invariance', MODEL, join(folder, 'none.png'));
  expect(status).not.toBe(0);
  expect(stderr).toContain('none.png: there is no such file');
});
