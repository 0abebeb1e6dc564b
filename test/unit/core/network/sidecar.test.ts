import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { UserError } from '../../../../src/core/errors.js';
import {
  loadSidecar,
  savePhotoLabels,
  savePreprocessing,
  sidecarPath,
} from '../../../../src/core/network/sidecar.js';

let folder = '';
const model = (): string => join(folder, 'net.onnx');
const write = (content: unknown): void => {
  writeFileSync(sidecarPath(model()), typeof content === 'string' ? content : JSON.stringify(content));
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('loadSidecar', () => {
  it('finds none beside a model that has none', async () => {
    expect(await loadSidecar(model())).toBeUndefined();
  });

  it('reads a preset, a resize and labels', async () => {
    write({ preprocess: 'caffe', resize: 'squash', labels: ['cat', 'dog'], checkpoints: [] });
    const sidecar = await loadSidecar(model());
    expect(sidecar?.file).toBe(join(folder, 'net.unpool.json'));
    expect(sidecar?.preprocess).toMatchObject({ name: 'caffe', channels: 'BGR', resize: 'squash' });
    expect(sidecar?.labels).toEqual(['cat', 'dog']);
  });

  it('reads numbers, and labels from a file beside it', async () => {
    writeFileSync(join(folder, 'labels.tsv'), '0\tn01\tcat\n1\tn02\tdog, wolf\n');
    write({
      preprocess: { channels: 'RGB', scale: 255, mean: [0.1, 0.2, 0.3], std: [1, 2, 3] },
      labels: 'labels.tsv',
    });
    const sidecar = await loadSidecar(model());
    expect(sidecar?.preprocess).toEqual({
      ...{ name: 'net.unpool.json', channels: 'RGB', scale: 255 },
      ...{ mean: [0.1, 0.2, 0.3], std: [1, 2, 3], resize: 'crop' },
    });
    expect(sidecar?.labels).toEqual(['cat', 'dog, wolf']);
  });

  const rgb = { channels: 'RGB', scale: 255, mean: [0, 0, 0], std: [1, 1, 1] };
  it.each([
    ['preprocess', { preprocess: 'imagnet' }],
    ['preprocess', { preprocess: 3 }],
    ['channels', { preprocess: { ...rgb, channels: 'HSV' } }],
    ['scale', { preprocess: { ...rgb, scale: 0 } }],
    ['mean', { preprocess: { ...rgb, mean: [0, 0] } }],
    ['mean', { preprocess: { ...rgb, mean: [0, 0, 'a'] } }],
    ['std', { preprocess: { ...rgb, std: [1, 0, 1] } }],
    ['resize', { preprocess: rgb, resize: 'stretch' }],
    ['labels', { labels: [1, 2] }],
  ])('refuses a wrong "%s", naming file and field: %j', async (field, content) => {
    write(content);
    await expect(loadSidecar(model())).rejects.toThrow(UserError);
    await expect(loadSidecar(model())).rejects.toThrow(
      new RegExp(`net\\.unpool\\.json: "${field}" should be`),
    );
  });

  it.each(['{', '[]', '3'])('refuses %s, which is no JSON object', async (content) => {
    write(content);
    await expect(loadSidecar(model())).rejects.toThrow(/net\.unpool\.json: /);
  });

  it('names the file of labels that is missing', async () => {
    write({ labels: 'none.txt' });
    await expect(loadSidecar(model())).rejects.toThrow(/none\.txt: /);
  });
});

it('savePreprocessing keeps what it does not know and reads back the same', async () => {
  write({ labels: ['cat'], checkpoints: [{ epoch: 1 }] });
  const preprocess = {
    ...{ name: 'mine', channels: 'BGR' as const, scale: 2 },
    ...{ mean: [1, 2, 3], std: [4, 5, 6], resize: 'squash' as const },
  };
  await savePreprocessing(model(), preprocess);
  expect((await loadSidecar(model()))?.preprocess).toEqual(preprocess);
  expect(JSON.parse(readFileSync(sidecarPath(model()), 'utf8'))).toMatchObject({
    labels: ['cat'],
    checkpoints: [{ epoch: 1 }],
  });
  expect(readdirSync(folder)).toEqual(['net.unpool.json']);
});

it('savePhotoLabels adds to the labels that were matched before, and takes out', async () => {
  write({ photoLabels: { a: 'cat', b: 1 }, mine: true });
  await savePhotoLabels(model(), { b: undefined, c: null, d: 3 });
  expect((await loadSidecar(model()))?.photoLabels).toEqual({ a: 'cat', c: null, d: 3 });
  expect(JSON.parse(readFileSync(sidecarPath(model()), 'utf8'))).toHaveProperty('mine', true);
});
