import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { indexedLayers } from '../../../../src/core/analysis/photoSet/indexedLayers.js';
import { layerInIndex } from '../../../../src/core/analysis/photoSet/layerInIndex.js';
import { indexJob } from '../../../../src/core/analysis/photoSet/index.js';
import type { IndexOptions, IndexResult } from '../../../../src/core/analysis/photoSet/index.js';
import { parseShard, partPhotos, shardParts } from '../../../../src/core/analysis/photoSet/parts.js';
import { CancelledError } from '../../../../src/core/errors.js';
import { halfToNumber } from '../../../../src/core/floats.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { IMAGENET } from '../../../../src/core/network/preprocessing.js';
import { openPhotoSet } from '../../../../src/core/photos/photoSet.js';
import { BINS, LAST_BIN } from '../../../../src/core/store/histogram.js';
import { openIndex } from '../../../../src/core/store/photoIndex.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { collected } from '../collected.js';
import { BATCH, expected, MODEL, ZIP } from './photoSetFixture.js';
import type { ExpectedLayer } from './photoSetFixture.js';
import { buildPhotoWorker } from './photoWorker.js';

const ROOT = join(import.meta.dirname, '../../../..');

const folder = mkdtempSync(join(tmpdir(), 'unpool-index-'));
let workerFile: string;
let engine: EngineClient;
let network: Network;
beforeAll(async () => {
  workerFile = buildPhotoWorker(folder);
  engine = startTestEngine();
  network = await openNetwork(MODEL);
});
afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

type Asked = Partial<IndexOptions> & { readonly photos?: string; readonly stopAfter?: number };

/** Indexes the fixture's photos into a store of that name. */
async function index(
  name: string,
  { photos = ZIP, stopAfter, ...options }: Asked = {},
): Promise<IndexResult> {
  const set = await openPhotoSet(photos);
  try {
    const store = join(folder, name);
    const settings = { store, preprocessing: IMAGENET, batch: BATCH, workerFile, ...options };
    const job = await indexJob(network, set, settings);
    const stop = new AbortController();
    return await job.run(
      contextOf(engine, {
        signal: stop.signal,
        report: (_, __, count) => {
          if (stopAfter !== undefined && (count?.done ?? 0) >= stopAfter) {
            stop.abort();
          }
        },
      }),
    );
  } finally {
    await set.close();
  }
}

/** The bytes of all files of a store by their names. */
function filesOf(name: string): Record<string, string> {
  const store = join(folder, name);
  const files = readdirSync(store, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files
      .filter((file) => statSync(join(store, file)).isFile())
      .map((file) => [file, readFileSync(join(store, file)).toString('latin1')]),
  );
}

/** Float32 sums differ in their last digits by the order of adding. */
function expectClose(actual: ArrayLike<number>, wanted: readonly number[]): void {
  expect(actual.length).toBe(wanted.length);
  wanted.forEach((value, place) => {
    expect(Math.abs((actual[place] ?? NaN) - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
  });
}

describe('an index', () => {
  beforeAll(async () => {
    const result = await index('whole');
    expect(result.problems).toEqual([
      { path: 'noise/empty.png', problem: 'the file is empty' },
      {
        path: 'noise/notes.png',
        problem: 'this is no image that can be read, or it is truncated; give a JPEG, PNG, WebP or BMP file',
      },
    ]);
    expect(result).toMatchObject({ photos: 44, resumed: 0, added: 0, whole: { there: 44, missing: 0 } });
  });

  it.each(Object.keys(expected.layers))('has the numbers of %s that brute force finds', async (name) => {
    const wanted = expected.layers[name] as ExpectedLayer;
    const { manifest, layer } = await openIndex(join(folder, 'whole'));
    const { rows = 0, columns = 0 } = manifest.layers.find((each) => each.name === name) ?? {};
    const summary = await layer(name);
    const maps = wanted.means.length;
    expectClose(
      summary.sums.map((sum, map) => sum / (summary.photos[map] ?? 0)),
      wanted.means,
    );
    expectClose(summary.largest, wanted.largest);
    expectClose(
      summary.zeros.map((zeros, map) => zeros / (summary.photos[map] ?? 0) / (rows * columns)),
      wanted.zeros,
    );
    for (const [label, means] of Object.entries(wanted.byLabel)) {
      const { photos = [], sums = new Float64Array() } = summary.byLabel.get(label) ?? {};
      expectClose(
        sums.map((sum, map) => sum / (photos[map] ?? 0)),
        means,
      );
    }
    for (let map = 0; map < maps; map++) {
      const bins = Object.entries(wanted.histograms[map] ?? {}).map(([bin, count]) => [Number(bin), count]);
      const found = Array.from({ length: BINS }, (_, bin) => [
        bin - LAST_BIN,
        summary.histogram[map * BINS + bin] ?? 0,
      ]).filter(([, count]) => count !== 0);
      expect(found).toEqual(bins.sort(([a = 0], [b = 0]) => a - b));
      const { photos, values, places } = summary.strongest;
      const range = [map * 9, (map + 1) * 9] as const;
      const top = wanted.top[map] ?? [];
      expect([...photos.slice(...range)]).toEqual(top.map(({ photo }) => photo));
      expect([...places.slice(...range)]).toEqual(
        top.map(({ place: [row, column] }) => row * columns + column),
      );
      expectClose(
        values.slice(...range),
        top.map(({ value }) => value),
      );
    }
  });

  it('has every photo with its label, hash, most probable classes and vector', async () => {
    const { photos, vectorParts } = await openIndex(join(folder, 'whole'));
    const rows = await photos();
    expect(rows.map(({ path }) => path)).toEqual(expected.paths);
    expect(rows.map(({ label }) => label)).toEqual(expected.paths.map((path) => path.split('/')[0]));
    const there = rows.filter(({ problem }) => problem === undefined);
    expect(there.map(({ photo }) => photo)).toEqual(expected.photos);
    expect(there.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256 ?? ''))).toBe(true);
    there.forEach(({ top }, row) => {
      expect(top.map(({ index }) => index)).toEqual(expected.classes[row]);
      expectClose(
        top.map(({ probability }) => probability),
        expected.probabilities[row] ?? [],
      );
    });
    const parts = await collected(vectorParts('relu3'));
    expect(parts.flatMap((part) => [...part.photos])).toEqual(expected.photos);
    const halves = parts.flatMap(({ numbers }) => [...numbers]);
    expected.vectors.flat().forEach((value, place) => {
      // Half precision has 11 bits.
      expect(Math.abs(halfToNumber(halves[place] ?? 0) - value)).toBeLessThanOrEqual(
        Math.abs(value) * 2 ** -11 + 2 ** -25,
      );
    });
    expect(parts.every(({ length }) => length === 12)).toBe(true);
  });

  it('has the same bytes from shards, in whatever order they run', async () => {
    for (const shard of [3, 1, 2]) {
      const { whole } = await index('shards', { shard: { index: shard, of: 3 } });
      expect(whole.missing > 0).toBe(shard !== 2);
    }
    expect(filesOf('shards')).toEqual(filesOf('whole'));
  });

  it('has the same bytes after it was stopped, wherever that was', async () => {
    const whole = filesOf('whole');
    for (const stopAfter of [4, 16, 17, 40]) {
      const name = `stopped-${stopAfter}`;
      await expect(index(name, { stopAfter })).rejects.toThrow(CancelledError);
      const { resumed } = await index(name);
      expect(resumed).toBe(Math.floor(stopAfter / 16) * 16);
      expect(filesOf(name)).toEqual(whole);
    }
  });

  it('is the same of a folder as of the zip', async () => {
    const photos = join(folder, 'unzipped');
    const set = await openPhotoSet(ZIP);
    for (const photo of set.photos) {
      mkdirSync(dirname(join(photos, photo.path)), { recursive: true });
      writeFileSync(join(photos, photo.path), await set.read(photo));
    }
    await set.close();
    await index('folder', { photos });
    const [ofFolder, ofZip] = [filesOf('folder'), filesOf('whole')].map((files) => ({
      ...files,
      'manifest.json': '',
    }));
    expect(ofFolder).toEqual(ofZip);
  });

  it('goes on when photos have vanished, changed or come since it was begun', async () => {
    const photos = join(folder, 'changing-photos');
    cpSync(join(folder, 'unzipped'), photos, { recursive: true });
    await expect(index('changing', { photos, stopAfter: 16 })).rejects.toThrow(CancelledError);
    rmSync(join(photos, 'noise/02.png'));
    writeFileSync(join(photos, 'noise/05.png'), 'changed');
    writeFileSync(join(photos, 'another.png'), 'new');
    const { problems, added } = await index('changing', { photos });
    expect(added).toBe(1);
    expect(problems.map(({ path, problem }) => `${path}: ${problem}`)).toEqual([
      'noise/02.png: there is no such file',
      expect.stringMatching(/^noise\/05.png: has changed since the set was listed/),
      expect.stringMatching(/^noise\/empty.png/),
      expect.stringMatching(/^noise\/notes.png/),
    ]);
  });

  it('lists photos of every broken kind, and shows the others to the network', async () => {
    const photos = join(folder, 'hostile-photos');
    mkdirSync(photos);
    const images = join(ROOT, 'test/fixtures/images');
    for (const name of [
      'cmyk.jpg',
      'one.png',
      'one.jpg',
      'huge.png',
      'scan.tiff',
      'grey16.png',
      'lossy.webp',
    ]) {
      cpSync(join(images, name), join(photos, name));
    }
    writeFileSync(join(photos, 'cut.jpg'), readFileSync(join(images, 'baseline.jpg')).subarray(0, 300));
    const { problems } = await index('hostile', { photos });
    expect(problems.map(({ path }) => path)).toEqual(['cut.jpg', 'huge.png', 'scan.tiff']);
    problems.forEach(({ path, problem }) => {
      expect(problem).not.toContain(path);
    });
    const { layer } = await openIndex(join(folder, 'hostile'));
    expect((await layer('relu1')).photos[0]).toBe(5);
  });

  it('refuses a store that was begun in another way, or is of other photos', async () => {
    await expect(index('whole', { batch: 8 })).rejects.toThrow(/made with another batch/);
    await expect(index('whole', { threads: 99 })).rejects.toThrow(/made with another number of --threads/);
    await expect(index('whole', { layers: ['relu1'] })).rejects.toThrow(/made with another choice of layers/);
    await expect(index('whole', { photos: join(ROOT, 'media/photos') })).rejects.toThrow(
      /the index there is of other photos: 44 of its 44 are not in/,
    );
    await expect(index('unzipped/store', { photos: join(folder, 'unzipped') })).rejects.toThrow(
      /lies in the folder of photos/,
    );
    await expect(index('whole/manifest.json/x')).rejects.toThrow(/cannot be written/);
  });

  it('does nothing where all is done, and leaves no other files', async () => {
    const before = filesOf('whole');
    expect((await index('whole')).resumed).toBe(44);
    expect(filesOf('whole')).toEqual(before);
    expect(Object.keys(before).filter((file) => /(^|[\\/])\./.test(file))).toEqual([]);
  });
});

describe('the layers of an index', () => {
  const names = async (file: string): Promise<string[]> => {
    const layers = indexedLayers(await openNetwork(join(ROOT, file)), {});
    return layers.map(({ name, vectors }) => (vectors ? `${name}*` : name));
  };

  it('are the last activation of each stage and the fully connected ones, with the vectors that classes are told by', async () => {
    expect(await names('test/fixtures/photoSet/tiny.onnx')).toEqual(['relu1', 'leakyrelu2', 'relu3*', 'fc4']);
    expect(await names('media/models/alexnet-caltech101.onnx')).toEqual([
      'relu1',
      'relu2',
      'relu5',
      'relu6',
      'relu7*',
      'fc8',
    ]);
  });

  it('are those that are asked for', () => {
    const layers = indexedLayers(network, { layers: ['conv1', 'fc4'], vectors: ['conv1'] });
    expect(layers).toEqual([
      { name: 'conv1', tensor: 'c1', maps: 6, rows: 16, columns: 16, vectors: true },
      { name: 'fc4', tensor: 'scores', maps: 7, rows: 1, columns: 1, vectors: false },
    ]);
    expect(() => indexedLayers(network, { layers: ['conv9'] })).toThrow(/there is no layer 'conv9'/);
  });
});

describe('the layer of an index that speaks for another', () => {
  const speaking = async (layer: string): Promise<string | undefined> => {
    const zfnet = await openNetwork(join(ROOT, 'media/models/zfnet-caltech101.onnx'));
    const asked = zfnet.layers.find(({ name }) => name === layer);
    return layerInIndex(zfnet, indexedLayers(zfnet, {}), { output: asked?.output ?? '' })?.name;
  };

  it('is the layer itself, or the activation behind it', async () => {
    expect(await speaking('relu5')).toBe('relu5');
    expect(await speaking('conv5')).toBe('relu5');
    expect(await speaking('fc7')).toBe('relu7');
  });

  it('has maps of its own: pooling and other layers hand none on', async () => {
    expect(await speaking('conv4')).toBeUndefined();
    expect(await speaking('norm1')).toBeUndefined();
  });
});

describe('the cut', () => {
  it('depends on the number of photos and the batch alone, and has at most 64 parts', () => {
    expect([1, 48, 1000, 9144, 100_000, 1_300_000].map((photos) => partPhotos(photos, 16))).toEqual([
      16, 16, 256, 256, 2048, 32768,
    ]);
    expect(partPhotos(100, 5)).toBe(40);
  });

  it('gives every part to one shard', () => {
    for (const of of [1, 2, 3, 7, 20]) {
      const ranges = Array.from({ length: of }, (_, index) => shardParts(13, { index: index + 1, of }));
      expect(ranges[0]?.first).toBe(0);
      expect(ranges.at(-1)?.end).toBe(13);
      ranges.slice(1).forEach(({ first }, index) => {
        expect(first).toBe(ranges[index]?.end);
      });
    }
  });

  it('is asked for from 1', () => {
    expect(parseShard('2/8')).toEqual({ index: 2, of: 8 });
    for (const text of ['0/8', '9/8', '1', 'a/b', '1/0', '-1/2']) {
      expect(() => parseShard(text)).toThrow(/is no shard; give 1\/8 to 8\/8/);
    }
  });
});
