/** How features move while photos are transformed, held against PyTorch (test/fixtures/invariance/make.py). */

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { invarianceJob } from '../../../../src/core/analysis/photoSet/invariance.js';
import type {
  Invariance,
  InvarianceOptions,
  PhotoSource,
} from '../../../../src/core/analysis/photoSet/invariance.js';
import { invarianceLayers, usualRange } from '../../../../src/core/analysis/photoSet/invarianceChoices.js';
import { relativeDistances } from '../../../../src/core/analysis/photoSet/invarianceCurves.js';
import { identityOf, TRANSFORMS } from '../../../../src/core/imaging/transforms.js';
import type { Transform } from '../../../../src/core/imaging/transforms.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { PRESETS } from '../../../../src/core/network/preprocessing.js';
import type { Preprocessing } from '../../../../src/core/network/preprocessing.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';

const FIXTURES = resolve(import.meta.dirname, '../../../fixtures');
const FOLDER = join(FIXTURES, 'invariance');

interface Wanted {
  readonly class: number;
  readonly lengths: readonly number[];
  readonly transforms: Readonly<
    Record<
      Transform,
      { values: readonly number[]; distances: readonly (readonly number[])[]; probabilities: number[] }
    >
  >;
}

const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Record<string, Wanted>;

let engine: EngineClient;
let network: Network;
beforeAll(async () => {
  engine = startTestEngine();
  network = await openNetwork(join(FIXTURES, 'comparison/base.onnx'));
});
afterAll(() => {
  engine.dispose();
});

const source: PhotoSource = {
  photos: ['a.png', 'b.png'].map((path) => ({ path, label: undefined, bytes: undefined })),
  read: ({ path }) => readFile(join(FOLDER, path)),
};

const options = (transform: Transform, changed: Partial<InvarianceOptions> = {}): InvarianceOptions => ({
  transform,
  values: expected['a.png']?.transforms[transform].values ?? [],
  layers: invarianceLayers(network, undefined),
  preprocessing: PRESETS.get('unit') as Preprocessing,
  matches: [],
  classIndex: undefined,
  ...changed,
});

it.each(TRANSFORMS)('finds the distances and probabilities of PyTorch for %s', async (transform) => {
  const job = invarianceJob(network, source, options(transform));
  const { photos } = await job.run(contextOf<Invariance>(engine));
  expect(photos.map(({ path }) => path)).toEqual(['a.png', 'b.png']);
  for (const { path, classIndex, lengths, distances, probabilities } of photos) {
    const wanted = expected[path];
    const { distances: far, probabilities: chances } = wanted?.transforms[transform] ?? {};
    expect(classIndex).toBe(wanted?.class);
    [0, 1].forEach((layer) => {
      expect(lengths[layer]).toBeCloseTo(wanted?.lengths[layer] ?? NaN, 4);
      distances[layer]?.forEach((distance, at) => {
        expect(distance).toBeCloseTo(far?.[layer]?.[at] ?? NaN, 4);
      });
    });
    probabilities.forEach((probability, at) => {
      expect(probability).toBeCloseTo(chances?.[at] ?? NaN, 5);
    });
  }
});

it.each(TRANSFORMS)('gives exactly zero for %s by nothing', async (transform) => {
  const values = [identityOf(transform)];
  const result = await invarianceJob(network, source, options(transform, { values })).run(contextOf(engine));
  expect(result.photos.map(({ distances }) => distances)).toEqual([
    [[0], [0]],
    [[0], [0]],
  ]);
});

it('takes the class of the label before the answer, and the chosen class before both', async () => {
  const labelled = { ...source, photos: source.photos.map((photo) => ({ ...photo, label: 'cat' })) };
  const matches = [{ label: 'cat', classIndex: 3, by: 'hand' as const }];
  const classesOf = async (changed: Partial<InvarianceOptions>): Promise<readonly number[]> => {
    const job = invarianceJob(network, labelled, options('blur', { values: [0], matches, ...changed }));
    return (await job.run(contextOf<Invariance>(engine))).photos.map(({ classIndex }) => classIndex);
  };
  expect(await classesOf({})).toEqual([3, 3]);
  expect(await classesOf({ classIndex: 1 })).toEqual([1, 1]);
  await expect(classesOf({ classIndex: 5 })).rejects.toThrow('there is no class 5; its classes are 0 to 4');
});

it('leaves out a photo that cannot be read, tells the result so far, and ends when it is cancelled', async () => {
  const broken: PhotoSource = {
    photos: [{ path: 'none.png', label: undefined, bytes: undefined }, ...source.photos],
    read: ({ path }) =>
      path === 'none.png' ? Promise.resolve(new Uint8Array([1, 2, 3])) : readFile(join(FOLDER, path)),
  };
  const told: number[] = [];
  const context = contextOf<Invariance>(engine);
  const job = invarianceJob(network, broken, options('rotation'));
  const result = await job.run({ ...context, partial: ({ photos }) => told.push(photos.length) });
  expect(told).toEqual([0, 1, 2]);
  expect(result.problems.map(({ path }) => path)).toEqual(['none.png']);
  const cancel = new AbortController();
  const ended = job.run({
    ...context,
    signal: cancel.signal,
    partial: () => {
      cancel.abort();
    },
  });
  await expect(ended).rejects.toThrow();
});

it('divides distances by the length of the untransformed features, and averages over photos', () => {
  const photo = { path: '', label: undefined, classIndex: 0, probabilities: [1, 1] };
  const photos = [
    { ...photo, lengths: [2], distances: [[0, 1]] },
    { ...photo, lengths: [4], distances: [[0, 4]] },
    { ...photo, lengths: [0], distances: [[0, 1]] },
  ];
  const { each, mean, deviation } = relativeDistances({ photos }, 0);
  expect(each).toEqual([
    [0, 0.5],
    [0, 1],
    [0, Infinity],
  ]);
  expect(mean).toEqual([0, 0.75]);
  expect(deviation).toEqual([0, 0.25]);
});

it('moves by the share of the input that the paper moves its photos by', () => {
  expect(usualRange('vertical', network.input)).toEqual([-4, 4]);
});
