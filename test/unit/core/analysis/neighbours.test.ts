import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  askedPhotos,
  outsideVectorsJob,
  vectorOfPhoto,
} from '../../../../src/core/analysis/photoSet/neighbourQueries.js';
import {
  NearestPhotos,
  neighboursJob,
  VectorBlock,
} from '../../../../src/core/analysis/photoSet/neighbours.js';
import type { Distance, Neighbour } from '../../../../src/core/analysis/photoSet/neighbours.js';
import { halfToNumber, numberToHalf } from '../../../../src/core/floats.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { openIndex } from '../../../../src/core/store/photoIndex.js';
import type { PhotoIndex, Vectors } from '../../../../src/core/store/photoIndex.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { expected, fixture, indexPhotos, MODEL, ZIP } from './photoSetFixture.js';
import { buildPhotoWorker } from './photoWorker.js';

const neighbours = fixture<Record<Distance, Neighbour[][]>>('neighbours.json');
const { photos: numbers, paths } = expected;

const folder = mkdtempSync(join(tmpdir(), 'unpool-neighbours-'));
let workerFile: string;
let engine: EngineClient;
let network: Network;
let index: PhotoIndex;
beforeAll(async () => {
  workerFile = buildPhotoWorker(folder);
  engine = startTestEngine();
  network = await openNetwork(MODEL);
  const store = join(folder, 'index');
  await indexPhotos(network, engine, store, workerFile);
  index = await openIndex(store);
});
afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

describe('the neighbours of a photo of the index', () => {
  it.each(['euclidean', 'cosine'] as const)('are those of scikit-learn and SciPy: %s', async (distance) => {
    const queries = [];
    for (const photo of numbers) {
      queries.push({ photo, vector: await vectorOfPhoto(index, 'relu3', photo) });
    }
    const options = { layer: 'relu3', distance, count: 6 };
    const found = await neighboursJob(index, queries, options).run(contextOf(engine));
    expect(found.map((each) => each.map(({ photo }) => photo))).toEqual(
      neighbours[distance].map((each) => each.map(({ photo }) => photo)),
    );
    found.flat().forEach((neighbour, at) => {
      expect(neighbour.distance).toBeCloseTo(neighbours[distance].flat()[at]?.distance ?? NaN, 7);
    });
  });

  it('are asked for by path, with the label; skipped photos and unknown layers are named', async () => {
    const asked = await askedPhotos(index, ['bars/00.png', 'elsewhere.png']);
    expect(asked).toEqual([
      { image: 'bars/00.png', photo: paths.indexOf('bars/00.png'), label: 'bars' },
      { image: 'elsewhere.png', photo: undefined, label: undefined },
    ]);
    const skipped = paths.indexOf('noise/empty.png');
    await expect(vectorOfPhoto(index, 'relu3', skipped)).rejects.toThrow(
      /noise\/empty.png: is in no vectors of .*: the file is empty/,
    );
    await expect(vectorOfPhoto(index, 'relu1', 0)).rejects.toThrow(
      /no vectors are kept of 'relu1', but of 'relu3'/,
    );
  });
});

describe('a photo from outside', () => {
  it('has the vector that the same photo has in the index', async () => {
    const file = join(folder, 'copy.png');
    writeFileSync(file, entryOfZip('noise/20.png'));
    const options = { index, layer: 'relu3', files: [file], workerFile };
    const [vector = new Float32Array()] = await outsideVectorsJob(network, options).run(contextOf(engine));
    const photo = paths.indexOf('noise/20.png');
    expect(vector).toEqual(await vectorOfPhoto(index, 'relu3', photo));
    const query = { photo: undefined, vector };
    const asked = { layer: 'relu3', distance: 'euclidean', count: 1 } as const;
    const [found] = await neighboursJob(index, [query], asked).run(contextOf(engine));
    expect(found).toEqual([{ photo, distance: 0 }]);
  });

  it('that is no photo is refused', async () => {
    const file = join(folder, 'notes.png');
    writeFileSync(file, 'this is no picture');
    const asked = (name: string): Promise<unknown> =>
      outsideVectorsJob(network, { index, layer: 'relu3', files: [name], workerFile }).run(contextOf(engine));
    await expect(asked(file)).rejects.toThrow(/notes.png: this is no image that can be read/);
    await expect(asked(join(folder, 'none.png'))).rejects.toThrow(
      /none.png: there is no such file, and no photo of that path in the index/,
    );
  });
});

function entryOfZip(path: string): Uint8Array {
  const bytes = readFileSync(ZIP);
  // Local header: sizes at 18, lengths of name and extra field at 26 and 28.
  const at = bytes.indexOf(`PK\u0003\u0004`, bytes.indexOf(path) - 30);
  const begin = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  return inflateRawSync(bytes.subarray(begin, begin + bytes.readUInt32LE(at + 18)));
}

describe('the search', () => {
  const block = (rows: readonly (readonly number[])[], first = 0): VectorBlock =>
    new VectorBlock(vectorsOf(rows, first));
  function vectorsOf(rows: readonly (readonly number[])[], first: number): Vectors {
    const length = rows[0]?.length ?? 0;
    const photos = Int32Array.from(rows, (_, row) => first + row);
    return { photos, length, numbers: Uint16Array.from(rows.flat(), numberToHalf) };
  }
  const search = (
    vector: readonly number[],
    distance: Distance,
    count: number,
    photo?: number,
  ): NearestPhotos => new NearestPhotos({ vector: Float32Array.from(vector), photo }, distance, count);

  it('puts the lower number first where distances are equal, whatever the blocks', () => {
    const rows = Array.from({ length: 21 }, (_, row) => [row % 3, 1, 0]);
    const whole = search([0, 1, 0], 'euclidean', 9);
    whole.add(block(rows));
    const cut = search([0, 1, 0], 'euclidean', 9);
    for (let at = 0; at < rows.length; at += 5) {
      cut.add(block(rows.slice(at, at + 5), at));
    }
    expect(whole.found.map(({ photo }) => photo)).toEqual([0, 3, 6, 9, 12, 15, 18, 1, 4]);
    expect(cut.found).toEqual(whole.found);
  });

  it('finds what sorting all distances finds', () => {
    let state = 1;
    const random = (): number => (state = Math.imul(state, 48271) >>> 1) / 2 ** 31;
    const rows = Array.from({ length: 203 }, () =>
      Array.from({ length: 37 }, () => (random() < 0.5 ? 0 : halfToNumber(numberToHalf(random() * 8)))),
    );
    const query = rows[50] ?? [];
    const all = rows.map((row, photo) => ({
      photo,
      distance: Math.sqrt(row.reduce((sum, value, at) => sum + (value - (query[at] ?? 0)) ** 2, 0)),
    }));
    const sorted = all.filter(({ photo }) => photo !== 50).sort((a, b) => a.distance - b.distance);
    const found = search(query, 'euclidean', 20, 50);
    found.add(block(rows));
    expect(found.found.map(({ photo }) => photo)).toEqual(sorted.slice(0, 20).map(({ photo }) => photo));
  });

  it('keeps near photos apart that differ in the last bits of long vectors', () => {
    const near = [1000, 1000, 1000, 1000.5];
    const found = search([1000, 1000, 1000, 1000], 'euclidean', 2);
    found.add(block([near, [1000, 1000, 1000, 1000]]));
    expect(found.found).toEqual([
      { photo: 1, distance: 0 },
      { photo: 0, distance: 0.5 },
    ]);
  });

  it('has a cosine distance of 1 to zeros, and leaves out what is not a number', () => {
    const found = search([1, 1], 'cosine', 5);
    found.add(
      block([
        [0, 0],
        [NaN, 1],
        [2, 2],
        [-1, -1],
      ]),
    );
    expect(found.found.map(({ photo }) => photo)).toEqual([2, 0, 3]);
    expect(found.found.map(({ distance }) => distance)).toEqual([
      expect.closeTo(0, 12),
      1,
      expect.closeTo(2, 12),
    ]);
  });
});
