import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { decodeImage } from '../../../src/core/imaging/decode.js';
import { unpool } from './run.js';

const FIXTURES = resolve(import.meta.dirname, '../../fixtures');
const MODEL = join(FIXTURES, 'comparison/base.onnx');
const PARTS = join(FIXTURES, 'correspondence/faces.parts.json');
const ASKED = [
  'correspondence',
  MODEL,
  PARTS,
  '--preprocess',
  'unit',
  '--draws',
  '2',
  '--seed',
  '7',
] as const;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-correspondence-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it("prints parts by layers, and the paper's table as the paper's", async () => {
  const { status, stdout } = await unpool(...ASKED);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^left eye +4 +0\.244 ± 0\.021 +0\.194 ± 0\.092$/m);
  expect(stdout).toMatch(/^random +4 +0\.403 ± 0\.084 +0\.222 ± 0\.144$/m);
  expect(stdout).toContain('the network of the paper on dogs (Zeiler & Fergus 2013, Table 1)');
  expect(stdout).toMatch(/^left eye +0\.069 +0\.068$/m);
  expect(stdout).toMatch(/^random +0\.107 +0\.073$/m);
});

it('writes JSON, CSV and a chart', async () => {
  const [json, csv, png] = ['json', 'csv', 'png'].map((ending) => join(folder, `out.${ending}`)) as [
    string,
    string,
    string,
  ];
  const { stdout } = await unpool(...ASKED, '--json', '--out', json);
  expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(json, 'utf8')));
  expect(JSON.parse(stdout)).toMatchObject({
    layers: [
      { name: 'relu3', features: 1024, paperLayer: 5 },
      { name: 'relu1_2', features: 12, paperLayer: 7 },
    ],
    parts: [{ part: 'left eye' }, { part: 'nose', layers: [{ pairs: 3, paper: 0.079 }, {}] }, { part: null }],
  });
  await unpool(...ASKED, '--parts', 'nose', '--layers', 'relu1', '--draws', '0', '--out', csv);
  expect(readFileSync(csv, 'utf8')).toMatch(
    /^part,layer,features,photos,pairs,mean,deviation,unchanged,paper\r\nnose,relu1,2048,3,3,0\.\d+,0\.\d+,0\.\d+,\r\n$/,
  );
  const { stderr } = await unpool(...ASKED, '--out', png);
  expect(stderr).toContain(
    'bars: blue left eye, orange nose, grey random; groups, left to right: relu3, relu1_2',
  );
  const { width, height, data } = await decodeImage(readFileSync(png), png);
  const isBlue = (x: number, y: number): boolean =>
    [0, 114, 178].every((level, at) => data[(y * width + x) * 3 + at] === level);
  // The bar of the left eye at relu3 is 0.244 high, where the picture's full height is the largest mean and deviation.
  const column = 24 + 12 + 6;
  const rows = Array.from({ length: height }, (_, y) => y).filter((y) => isBlue(column, y));
  const full = 0.4028862847 + 0.0842276726;
  expect(rows).toHaveLength(Math.round((height - 48) * (0.2444661458 / full)));
});

it('ends with one line for a part, a file or an ending that there is none of', async () => {
  const unknown = await unpool(...ASKED, '--parts', 'tail');
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toContain("there is no part 'tail'; it has left eye, nose");
  const gone = await unpool('correspondence', MODEL, join(folder, 'gone.parts.json'));
  expect(gone.stderr).toContain('gone.parts.json: there is no such file');
  const file = join(folder, 'broken.parts.json');
  writeFileSync(file, '{"photos": {"a.png": {"nose": "here"}}}');
  expect((await unpool('correspondence', MODEL, file)).stderr).toContain("'nose' of 'a.png' should be");
  const ending = await unpool(...ASKED, '--out', join(folder, 'x.npy'));
  expect(ending.stderr).toContain('use .csv, .json or .png');
});
