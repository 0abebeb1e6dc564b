/** How consistently covered parts change features, held against PyTorch (test/fixtures/correspondence/make.py). */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { correspondenceJob } from '../../../../src/core/analysis/photoSet/correspondence.js';
import type {
  Correspondence,
  CorrespondenceOptions,
} from '../../../../src/core/analysis/photoSet/correspondence.js';
import type { Consistency } from '../../../../src/core/analysis/photoSet/correspondenceTally.js';
import { correspondingLayers } from '../../../../src/core/analysis/photoSet/correspondingLayers.js';
import { markedPhotos, readParts } from '../../../../src/core/analysis/photoSet/photoParts.js';
import type { MarkedPhoto } from '../../../../src/core/analysis/photoSet/photoParts.js';
import type { Checkpoint } from '../../../../src/core/jobs/checkpoints.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { PRESETS } from '../../../../src/core/network/preprocessing.js';
import type { Preprocessing } from '../../../../src/core/network/preprocessing.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';

const FIXTURES = resolve(import.meta.dirname, '../../../fixtures');
const FOLDER = join(FIXTURES, 'correspondence');
const ROOT = resolve(import.meta.dirname, '../../../..');

const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as {
  readonly seed: number;
  readonly draws: number;
  readonly rows: Readonly<Record<string, Readonly<Record<'relu3' | 'relu4', Consistency>>>>;
};

let engine: EngineClient;
let network: Network;
let photos: readonly MarkedPhoto[];
let options: CorrespondenceOptions;
beforeAll(async () => {
  engine = startTestEngine();
  network = await openNetwork(join(FIXTURES, 'comparison/base.onnx'));
  const file = join(FOLDER, 'faces.parts.json');
  const marked = await readParts(file);
  photos = await markedPhotos(file, marked);
  const { draws, seed } = expected;
  const { layers } = correspondingLayers(network, undefined);
  const preprocessing = PRESETS.get('unit') as Preprocessing;
  options = { parts: marked.parts, layers, preprocessing, draws, seed };
});
afterAll(() => {
  engine.dispose();
});

const found = (
  of = photos,
  changed: Partial<CorrespondenceOptions> = {},
  context = contextOf<Correspondence>(engine),
): Promise<Correspondence> => correspondenceJob(network, of, { ...options, ...changed }).run(context);

it("finds what PyTorch and numpy find, at the paper's layers, random places included", async () => {
  const result = await found();
  expect(result.layers).toEqual([
    { name: 'relu3', features: 1024 },
    { name: 'relu1_2', features: 12 },
  ]);
  expect(result.rows.map(({ part, photos }) => [part ?? 'random', photos])).toEqual([
    ['left eye', 4],
    ['nose', 3],
    ['random', 4],
  ]);
  for (const { part, layers } of result.rows) {
    const { relu3, relu4 } = expected.rows[part ?? 'random'] ?? {};
    [relu3, relu4].forEach((wanted, layer) => {
      const { pairs, mean, deviation, unchanged } = layers[layer] as Consistency;
      expect(pairs).toBe(wanted?.pairs);
      expect(mean).toBeCloseTo(wanted?.mean ?? NaN, 12);
      expect(deviation).toBeCloseTo(wanted?.deviation ?? NaN, 12);
      expect(unchanged).toBeCloseTo(wanted?.unchanged ?? NaN, 12);
    });
  }
});

it('gives 0 for the same photo again', async () => {
  const twins = photos.slice(0, 1).flatMap((photo) => [photo, { ...photo, path: 'twin.png' }]);
  const { rows } = await found(twins, { draws: 0 });
  expect(rows).toHaveLength(2);
  for (const { layers } of rows) {
    expect(layers.map(({ pairs, mean, deviation }) => [pairs, mean, deviation])).toEqual([
      [1, 0, 0],
      [1, 0, 0],
    ]);
  }
});

it('goes on where it was stopped, with the same result, and tells what it has', async () => {
  const records: Uint8Array[] = [];
  let removed = false;
  const checkpoint: Checkpoint = {
    get records() {
      return [...records];
    },
    append: (record) => void records.push(Uint8Array.from(record)),
    close: () => Promise.resolve(),
    remove: () => {
      removed = true;
      return Promise.resolve();
    },
  };
  const checkpoints = { open: () => Promise.resolve(checkpoint) };
  const stop = new AbortController();
  const parts: Correspondence[] = [];
  const partial = (result: Correspondence): void => {
    parts.push(result);
    if (result.photos === 2) {
      stop.abort();
    }
  };
  const { signal } = stop;
  await expect(found(photos, {}, contextOf(engine, { checkpoints, signal, partial }))).rejects.toThrow(
    'cancelled',
  );
  expect(records).toHaveLength(2);
  expect(parts.at(-1)?.rows[0]?.layers[0]?.pairs).toBe(1);
  const read: string[] = [];
  const told = photos.map((photo) => ({
    ...photo,
    read: () => {
      read.push(photo.path);
      return photo.read();
    },
  }));
  expect(await found(told, {}, contextOf(engine, { checkpoints }))).toEqual(await found());
  expect(read).toEqual(['c.png', 'd.png']);
  expect(removed).toBe(true);
});

it('draws the same places from a seed, and others from another', async () => {
  const [one, again, other] = [await found(), await found(), await found(photos, { seed: 8 })];
  expect(again).toEqual(one);
  expect(other.rows.slice(0, 2)).toEqual(one.rows.slice(0, 2));
  expect(other.rows[2]).not.toEqual(one.rows[2]);
});

it('says which part is marked too seldom, or covers nothing that the network sees', async () => {
  await expect(found(photos, { parts: ['tail'] })).rejects.toThrow("'tail' is marked on no photo");
  await expect(found(photos.slice(0, 1))).rejects.toThrow("'left eye' is marked on one photo");
  await expect(found(photos, { parts: [] })).rejects.toThrow('no part is marked on any photo');
  const away = photos.map((photo) => ({
    ...photo,
    rectangles: { ...photo.rectangles, nose: [16, 0, 4, 4] as const },
  }));
  await expect(found(away)).rejects.toThrow(
    "a.png: to cover 'nose' [16, 0, 4, 4] changes nothing that the network sees; it sees [0, 0, 16, 16] of the photo's 16x16 pixels",
  );
});

it.each([
  ['media/models/alexnet-caltech101.onnx', ['relu5', 'relu7'], [5, 7]],
  ['media/models/zfnet-caltech101.onnx', ['relu5', 'relu7'], [5, 7]],
])('takes layers 5 and 7 of %s', async (file, names, inPaper) => {
  const chosen = correspondingLayers(await openNetwork(join(ROOT, file)), undefined);
  expect(chosen.layers.map(({ name }) => name)).toEqual(names);
  expect(chosen.inPaper).toEqual(inPaper);
});

it("takes layers by name, which may be others than the paper's", () => {
  const { layers, inPaper } = correspondingLayers(network, ['relu1', 'relu3']);
  expect(layers.map(({ name }) => name)).toEqual(['relu1', 'relu3']);
  expect(inPaper).toEqual([undefined, 5]);
  expect(() => correspondingLayers(network, ['nothing'])).toThrow("'nothing'");
});
