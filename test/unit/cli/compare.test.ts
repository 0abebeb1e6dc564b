import { mkdirSync, mkdtempSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { ROOT, unpool } from './run.js';

const FOLDER = resolve(import.meta.dirname, '../../fixtures/comparison');
const file = (name: string): string => join(FOLDER, name);
const EMBEDDED = join(ROOT, 'media/models/zfnet-caltech101.onnx');

let photos: string;
beforeAll(() => {
  photos = mkdtempSync(join(tmpdir(), 'unpool-compare-'));
  cpSync(join(ROOT, 'media/photos/panda.jpg'), join(photos, 'panda.jpg'));
  cpSync(join(ROOT, 'media/photos/pyramid.jpg'), join(photos, 'pyramid.jpg'));
});
afterAll(() => {
  rmSync(photos, { recursive: true, force: true });
});

it('names the layer where two models part, and what that does to the answers', async () => {
  const { status, stdout } = await unpool(
    'compare',
    file('base.onnx'),
    file('scaled.onnx'),
    file('image.npy'),
  );
  expect(status).toBe(0);
  expect(stdout).toMatch(/^conv2 +0\.0100 +0\.0103 +1\.000000 +39\.7 +0\.0370$/m);
  expect(stdout).toContain('they part at conv2: its activations differ by 0.0103, more than 0.001');
  expect(stdout).toContain('the same class for 1 of 1 photos');
});

it('tells of a model and itself that nothing differs, on a folder of photos', async () => {
  const { status, stdout } = await unpool(
    ...['compare', EMBEDDED, EMBEDDED, photos, '--json'],
    ...['--fail-over', 'activations=0', '--fail-over', 'weights=0'],
    ...['--fail-over', 'probability=0', '--fail-over', 'flips=0'],
  );
  expect(status).toBe(0);
  const found = JSON.parse(stdout) as Record<string, unknown>;
  expect(found).toMatchObject({
    part: null,
    photos: [
      { image: 'panda.jpg', a: { label: 'panda' }, b: { label: 'panda' }, largest: 0 },
      { image: 'pyramid.jpg', a: { label: 'pyramid' }, b: { label: 'pyramid' }, largest: 0 },
    ],
    metrics: { weights: 0, activations: 0, probability: 0, flips: 0 },
  });
});

it('ends with 1 over a bound, and where photos or models are at fault', async () => {
  const pair = ['compare', file('base.onnx'), file('scaled.onnx'), file('image.npy')];
  const within = await unpool(...pair, '--fail-over', 'activations=0.02');
  expect(within).toMatchObject({ status: 0 });
  const over = await unpool(...pair, '--fail-over', 'activations=0.005', '--fail-over', 'weights=0.02');
  expect(over.status).toBe(1);
  expect(over.stderr).toMatch(/unpool: .*scaled\.onnx: activations 0\.0103 over 0\.005$/m);

  writeFileSync(join(photos, 'notes.txt.jpg'), 'no photo');
  const broken = await unpool('compare', EMBEDDED, EMBEDDED, join(photos, 'notes.txt.jpg'));
  expect(broken.status).toBe(1);
  expect(broken.stderr).toMatch(/unpool: .*notes\.txt\.jpg/);
  expect(await unpool(...pair, '--fail-over', 'speed=1')).toMatchObject({ status: 2 });
});

it('tells on a labelled set how often each is right, and whether the difference can be chance', async () => {
  const set = join(photos, 'set');
  mkdirSync(set);
  const labels = ['panda', 'pizza', 'pyramid', 'sunflower'];
  for (const label of labels) {
    mkdirSync(join(set, label));
    cpSync(join(ROOT, 'media/photos/panda.jpg'), join(set, label, 'photo.jpg'));
  }
  const other = join(ROOT, 'media/models/alexnet-caltech101.onnx');
  const { status, stdout } = await unpool('compare', EMBEDDED, other, set, '--json');
  expect(status).toBe(0);
  const { accuracy, photos: found } = JSON.parse(stdout) as Record<string, unknown>;
  expect(found).toMatchObject(labels.map((label) => ({ class: { label } })));
  expect(accuracy).toEqual({
    ...{ photos: 4, a: 0.25, b: 0.25, onlyA: 0, onlyB: 0 },
    mcNemar: { p: 1, method: 'exact' },
  });
  const lost = await unpool('compare', EMBEDDED, other, set, '--fail-over', 'accuracy=-0.1');
  expect(lost.stderr).toMatch(/accuracy 0 over -0\.1$/m);
  expect(lost.stdout).toContain("McNemar's test (exact): p = 1.00");
  const none = await unpool(
    'compare',
    EMBEDDED,
    other,
    join(photos, 'panda.jpg'),
    '--fail-over',
    'accuracy=0',
  );
  expect(none).toMatchObject({ status: 1 });
  expect(none.stderr).toContain(
    'accuracy cannot be told: give photos whose labels are classes of both models',
  );
});

it('leaves out what is no photo in a set, says so, and ends with 1 where nothing is left', async () => {
  const broken = mkdtempSync(join(photos, 'broken-'));
  writeFileSync(join(broken, 'broken.jpg'), 'no photo');
  const alone = await unpool('compare', EMBEDDED, EMBEDDED, broken);
  expect(alone.status).toBe(1);
  expect(alone.stderr).toMatch(/none of the photos can be read, such as broken\.jpg: /);
  cpSync(join(photos, 'panda.jpg'), join(broken, 'panda.jpg'));
  const { status, stdout } = await unpool('compare', EMBEDDED, EMBEDDED, broken);
  rmSync(broken, { recursive: true });
  expect(status).toBe(0);
  expect(stdout).toContain('the same class for 1 of 1 photos');
  expect(stdout).toMatch(/1 photos skipped:\n {2}broken\.jpg: /);
});
