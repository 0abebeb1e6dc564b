import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { symmetricEigen } from '../../../../src/core/analysis/photoSet/eigen.js';
import { neighbourGraph } from '../../../../src/core/analysis/photoSet/neighbourGraph.js';
import { alongComponents, principalComponents } from '../../../../src/core/analysis/photoSet/pca.js';
import type { VectorRows } from '../../../../src/core/analysis/photoSet/pca.js';
import { correctness } from '../../../../src/core/analysis/photoSet/setAnswers.js';
import { setMapJob } from '../../../../src/core/analysis/photoSet/setMap.js';
import type { MapOptions, SetMap } from '../../../../src/core/analysis/photoSet/setMap.js';
import { computeSetMap } from '../../../../src/core/analysis/photoSet/setMapLayout.js';
import { CancelledError } from '../../../../src/core/errors.js';
import { halfToNumber, numberToHalf } from '../../../../src/core/floats.js';
import { checkpointFolder } from '../../../../src/core/jobs/checkpoints.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import { openIndex } from '../../../../src/core/store/photoIndex.js';
import type { PhotoIndex, Vectors } from '../../../../src/core/store/photoIndex.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { fixture, indexPhotos, MODEL } from './photoSetFixture.js';
import { buildPhotoWorker } from './photoWorker.js';

/** `make_map.py` writes it. */
const expected = fixture<{
  readonly variances: readonly number[];
  readonly shares: readonly number[];
  readonly along: readonly number[];
  readonly points: readonly number[];
  readonly distances: readonly number[];
}>('map.json');

const ROWS = 150;
const LENGTH = 60;

/** As in `make_map.py`. */
function features(): Uint16Array {
  let state = 1;
  return Uint16Array.from({ length: ROWS * LENGTH }, (_, place) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const value = state / 2 ** 32 - 0.5;
    return numberToHalf(Math.max(0, value) * 8 * 0.9 ** (place % LENGTH));
  });
}

/** Rows in blocks of an odd size. */
function blocksOf(numbers: Uint16Array, length: number): VectorRows {
  const size = 37;
  const rows = numbers.length / length;
  return {
    length,
    async *blocks() {
      for (let first = 0; first < rows; first += size) {
        const count = Math.min(size, rows - first);
        const photos = Int32Array.from({ length: count }, (_, row) => first + row);
        yield await Promise.resolve({
          photos,
          length,
          numbers: numbers.subarray(first * length, (first + count) * length),
        });
      }
    },
  };
}

const quiet = { signal: new AbortController().signal, report: (): void => undefined };

async function alongAll(rows: VectorRows, count: number): Promise<{ photos: number[]; numbers: number[] }> {
  const components = await principalComponents(rows, { count, tolerance: 1e-9, ...quiet });
  const all = { photos: [] as number[], numbers: [] as number[] };
  for await (const block of rows.blocks()) {
    const { photos, numbers } = alongComponents(block, components);
    all.photos.push(...photos);
    all.numbers.push(...numbers);
  }
  return all;
}

describe('principal components', () => {
  it('are those of scikit-learn up to the sign of each', async () => {
    const rows = blocksOf(features(), LENGTH);
    const count = expected.variances.length;
    const found = await principalComponents(rows, { count, tolerance: 1e-9, ...quiet });
    found.variances.forEach((variance, at) => {
      expect(variance).toBeCloseTo(expected.variances[at] ?? NaN, 7);
      expect(variance / found.variance).toBeCloseTo(expected.shares[at] ?? NaN, 8);
    });
    const { numbers } = await alongAll(rows, count);
    for (let axis = 0; axis < count; axis++) {
      const of = (all: readonly number[]): number[] => all.filter((_, place) => place % count === axis);
      const sign = Math.sign((of(numbers)[0] ?? 0) * (of(expected.along)[0] ?? 0));
      of(numbers).forEach((value, row) => {
        expect(value * sign).toBeCloseTo(of(expected.along)[row] ?? NaN, 5);
      });
    }
  });

  it('are found where the search begins anew: of numbers that hardly differ', async () => {
    let state = 7;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const length = 500;
    const numbers = Uint16Array.from({ length: 600 * length }, () => numberToHalf(random()));
    const rows = blocksOf(numbers, length);
    const { directions, variances } = await principalComponents(rows, {
      count: 3,
      tolerance: 1e-5,
      ...quiet,
    });
    // Each is what the covariance says it is: variance along it, computed from the definition.
    for (const [at, direction] of directions.entries()) {
      const along = Array.from({ length: 600 }, (_, row) =>
        direction.reduce(
          (sum, share, place) => sum + share * halfToNumber(numbers[row * length + place] ?? 0),
          0,
        ),
      );
      const mean = along.reduce((sum, value) => sum + value, 0) / along.length;
      const variance = along.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (along.length - 1);
      expect(variance).toBeCloseTo(variances[at] ?? NaN, 6);
    }
    // The largest variance of such noise is near (1 + sqrt(length / rows))^2 / 12 (Marchenko & Pastur 1967).
    expect((variances[0] ?? 0) / ((1 + Math.sqrt(length / 600)) ** 2 / 12)).toBeCloseTo(1, 1);
  });

  it('are as many as there are dimensions; photos with NaN are left out', async () => {
    const line = Array.from({ length: 5 }, (_, row) => [row, 2 * row, 0]);
    const rows = blocksOf(Uint16Array.from([...line.flat(), NaN, 0, 0], numberToHalf), 3);
    const { count, directions, variances } = await principalComponents(rows, {
      count: 2,
      tolerance: 1e-9,
      ...quiet,
    });
    expect(count).toBe(5);
    expect(directions).toHaveLength(1);
    [1 / Math.sqrt(5), 2 / Math.sqrt(5), 0].forEach((share, at) => {
      expect(directions[0]?.[at]).toBeCloseTo(share, 9);
    });
    expect(variances[0]).toBeCloseTo(12.5, 9);
    expect((await alongAll(rows, 2)).photos).toEqual([0, 1, 2, 3, 4]);
    const same = blocksOf(Uint16Array.from([3, 1, 3, 1], numberToHalf), 2);
    expect((await principalComponents(same, { count: 2, tolerance: 1e-9, ...quiet })).directions).toEqual([]);
  });

  it('come from eigenvectors of a matrix worked out by hand', () => {
    const [first, second] = symmetricEigen([Float64Array.of(2, 1), Float64Array.of(1, 2)]);
    expect(first?.value).toBeCloseTo(3, 12);
    expect(second?.value).toBeCloseTo(1, 12);
    expect((first?.vector[0] ?? 0) / (first?.vector[1] ?? 0)).toBeCloseTo(1, 12);
  });
});

describe('the neighbours of all', () => {
  it("are scikit-learn's, the point itself first", async () => {
    const numbers = Float32Array.from(features(), halfToNumber);
    const { points, distances } = await neighbourGraph(numbers, LENGTH, 6, quiet);
    expect([...points]).toEqual(expected.points);
    distances.forEach((distance, at) => {
      expect(distance).toBeCloseTo(expected.distances[at] ?? NaN, 5);
    });
  });

  it('of equal ones are those with the lower numbers, over all tiles', async () => {
    const numbers = Float32Array.from({ length: 600 }, (_, point) => point % 3);
    const { points } = await neighbourGraph(numbers, 1, 4, quiet);
    expect([...points.subarray(0, 4)]).toEqual([0, 3, 6, 9]);
    expect([...points.subarray(599 * 4)]).toEqual([599, 2, 5, 8]);
  });
});

/** A map that is computed here. */
function mapJob(
  index: PhotoIndex,
  photos: Parameters<typeof setMapJob>[1],
  options: MapOptions,
): ReturnType<typeof setMapJob> {
  return setMapJob(index, photos, options, (context) => computeSetMap(index, options, context));
}

describe('a map of the photos of an index', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unpool-map-'));
  let engine: EngineClient;
  let index: PhotoIndex;
  beforeAll(async () => {
    engine = startTestEngine();
    const store = join(folder, 'index');
    await indexPhotos(await openNetwork(MODEL), engine, store, buildPhotoWorker(folder));
    index = await openIndex(store);
  });
  afterAll(() => {
    engine.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(['pca', 'umap'] as const)('is the same each time, and is kept: %s', async (method) => {
    const photos = await index.photos();
    const checkpoints = checkpointFolder(join(folder, method));
    const partial: SetMap[] = [];
    const options = { layer: 'relu3', method };
    const job = mapJob(index, photos, options);
    const listening = { checkpoints, partial: (map: SetMap) => partial.push(map) };
    const map = await job.run(contextOf<SetMap>(engine, listening));
    const there = photos.filter(({ problem }) => problem === undefined).map(({ photo }) => photo);
    expect([...map.photos]).toEqual(there);
    expect(map.positions).toHaveLength(2 * there.length);
    expect(map.positions.every(Number.isFinite)).toBe(true);
    expect(await mapJob(index, photos, options).run(contextOf<SetMap>(engine))).toEqual(map);
    expect(partial[0]?.method).toBe(method === 'pca' ? undefined : 'pca');
    const kept = setMapJob(index, photos, options, () => Promise.reject(new Error('is not computed again')));
    expect(await kept.run(contextOf<SetMap>(engine, { checkpoints }))).toEqual(map);
    const others = mapJob(index, photos.slice(1), options);
    expect(others.key).not.toBe(job.key);
  });

  it('ends at once when it is cancelled', async () => {
    const controller = new AbortController();
    const context = contextOf<SetMap>(engine, {
      signal: controller.signal,
      partial: () => {
        controller.abort();
      },
    });
    const job = mapJob(index, await index.photos(), { layer: 'relu3', method: 'umap' });
    await expect(job.run(context)).rejects.toThrow(CancelledError);
  });

  it('needs vectors of the layer', async () => {
    const job = mapJob(index, await index.photos(), { layer: 'relu1', method: 'pca' });
    await expect(job.run(contextOf<SetMap>(engine))).rejects.toThrow(/no vectors are kept of 'relu1'/);
  });
});

describe('UMAP', () => {
  const engine = startTestEngine();
  afterAll(() => {
    engine.dispose();
  });

  it('keeps three heaps of points apart', async () => {
    let state = 3;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const heap = (point: number): number => point % 3;
    const rows = Array.from({ length: 240 }, (_, point) =>
      Array.from({ length: 10 }, (__, at) => random() + (at === heap(point) ? 5 : 0)),
    );
    const store: Pick<PhotoIndex, 'store' | 'manifest' | 'parts' | 'vectorParts'> = {
      ...index(),
      async *vectorParts() {
        yield await Promise.resolve<Vectors>({
          photos: Int32Array.from(rows.keys()),
          length: 10,
          numbers: Uint16Array.from(rows.flat(), numberToHalf),
        });
      },
    };
    const photos = rows.map((_, photo) => ({ photo, sha256: undefined }));
    const job = mapJob(store as PhotoIndex, photos, { layer: 'fc', method: 'umap' });
    const { positions } = await job.run(contextOf<SetMap>(engine));
    const graph = await neighbourGraph(positions, 2, 6, quiet);
    const strangers = graph.points.filter((other, at) => heap(other) !== heap(Math.floor(at / 6)));
    expect(strangers).toHaveLength(0);
  });

  function index(): Pick<PhotoIndex, 'store' | 'manifest' | 'parts'> {
    const layer = { name: 'fc', tensor: 'fc', maps: 10, rows: 1, columns: 1, vectors: true };
    const manifest = { model: { sha256: '' }, layers: [layer] };
    return { store: 'made up', manifest: manifest as unknown as PhotoIndex['manifest'], parts: [0] };
  }
});

describe('an answer', () => {
  it('is right, wrong, or not known to be either', () => {
    const top = [{ index: 3, probability: 0.9 }];
    const matches = [
      { label: 'cat', classIndex: 3, by: 'name' as const },
      { label: 'dog', classIndex: 4, by: 'name' as const },
      { label: 'other', classIndex: undefined, by: undefined },
    ];
    const photos = ['cat', 'dog', 'other', undefined].map((label) => ({ label, top }));
    expect(correctness([...photos, { label: 'cat', top: [] }], matches)).toEqual([
      ...['right', 'wrong', 'unknown', 'unknown', 'unknown'],
    ]);
  });
});
