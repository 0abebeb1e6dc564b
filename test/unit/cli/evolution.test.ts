import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { decodeImage } from '../../../src/core/imaging/decode.js';
import { unpool } from './run.js';

const FOLDER = resolve(import.meta.dirname, '../../fixtures/evolution');
const PHOTOS = resolve(FOLDER, '../photoSet/photos.zip');

let out: string;
beforeAll(() => {
  out = mkdtempSync(join(tmpdir(), 'unpool-evolution-'));
  // What earlier runs have kept of these files must not answer in place of this one.
  process.env['XDG_CACHE_HOME'] = join(out, 'cache');
});
afterAll(() => {
  rmSync(out, { recursive: true, force: true });
});

it('prints the order, what is left out, and tables by checkpoint and layer', async () => {
  const { status, stdout, stderr } = await unpool('evolution', FOLDER, PHOTOS);
  expect(status).toBe(0);
  expect(stderr).toMatch(/5 checkpoints, in this order:\n {2}epoch-0\n {2}epoch-1\n {2}epoch-2\n/);
  expect(stderr).toMatch(/left out, no \.onnx:\n {2}expected\.json\n {2}make\.py\n/);
  expect(stderr).toContain('labels of the photos: 3 of 3 are classes of the model');
  expect(stdout).toMatch(/^epoch-1 +66\.7 % +42$/m);
  expect(stdout).toMatch(/^epoch-10 +50\.04 +2\.303 +2\.217$/m);
  expect(stdout).toMatch(/^epoch-5 +0\.00867 +0\.405 +0\.808$/m);
  expect(stdout).toMatch(/^epoch-1 +1 of 6 +0 of 8 +1 of 3$/m);
  expect(stdout).toContain('Maps of relu2: those that answer one label most selectively');
  expect(stdout).toContain('2 photos skipped:');
});

it('writes a row a map and a column a checkpoint, numbers of all layers, and JSON', async () => {
  const maps = ['--layer', 'relu2', '--maps', '5,2'];
  const png = join(out, 'wall.png');
  const { status, stdout } = await unpool('evolution', FOLDER, PHOTOS, ...maps, '--out', png, '--json');
  expect(status).toBe(0);
  const { width, height } = await decodeImage(readFileSync(png), png);
  expect(width).toBeGreaterThan(5 * 96);
  expect(height).toBeGreaterThan(2 * 96);
  expect(width / height).toBeGreaterThan(2);
  const { checkpoints, wall } = JSON.parse(stdout) as {
    readonly checkpoints: readonly {
      readonly epoch: number;
      readonly accuracy: { readonly right: number };
    }[];
    readonly wall: {
      readonly maps: readonly { readonly map: number; readonly checkpoints: readonly unknown[] }[];
    };
  };
  expect(checkpoints.map(({ epoch, accuracy }) => [epoch, accuracy.right])).toEqual([
    [0, 3],
    [1, 28],
    [2, 29],
    [5, 42],
    [10, 42],
  ]);
  expect(wall.maps.map(({ map }) => map)).toEqual([5, 2]);
  expect(wall.maps[1]?.checkpoints[4]).toMatchObject({ epoch: 10, photo: 'bars/18.png', jumped: false });

  const csv = join(out, 'curves.csv');
  expect(await unpool('evolution', FOLDER, '--out', csv)).toMatchObject({ status: 0 });
  const [heading, ...lines] = readFileSync(csv, 'utf8').trimEnd().split('\r\n');
  expect(heading).toBe('epoch,file,layer,weight_norm,step,measured,maps,dead_maps,mean_activation,accuracy');
  expect(lines).toHaveLength(5 * 3);
  expect(lines[3]).toMatch(/^1,epoch-1,conv1,50\.02\d+,0\.00146\d+,,,,,$/);
});

it('ends in one line for what cannot be a time line', async () => {
  expect(await unpool('evolution', out)).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^unpool: .*a time line needs two checkpoints/) as string,
  });
  const unknown = await unpool('evolution', FOLDER, PHOTOS, '--layer', 'conv2', '--maps', '3,8');
  expect(unknown.status).toBe(1);
  expect(unknown.stderr).toMatch(/epoch-10\.onnx: layer 'conv2' has no map 8; it has maps 0 to 7$/m);
  expect(await unpool('evolution', FOLDER, '--out', join(out, 'a.gif'))).toMatchObject({ status: 1 });
});
