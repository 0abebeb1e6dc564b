import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { projectUnit } from '../../../../src/core/analysis/photo/projection.js';
import {
  checkModel,
  modelFileOf,
  openIndexedPhotos,
} from '../../../../src/core/analysis/photoSet/indexOrigin.js';
import { numbersOfMap } from '../../../../src/core/analysis/photoSet/mapNumbers.js';
import {
  indexedPhotoThreads,
  topPatchesJob,
  windowOfUnit,
} from '../../../../src/core/analysis/photoSet/topPatches.js';
import type { ProjectedPatch, TopPatch } from '../../../../src/core/analysis/photoSet/topPatches.js';
import { openLayer, photosOfUnits, topUnits } from '../../../../src/core/analysis/photoSet/topUnits.js';
import type { LayerOfIndex } from '../../../../src/core/analysis/photoSet/topUnits.js';
import { CancelledError } from '../../../../src/core/errors.js';
import { decodeImage } from '../../../../src/core/imaging/decode.js';
import { toInput } from '../../../../src/core/imaging/preprocess.js';
import { crop } from '../../../../src/core/imaging/resample.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import type { Progress } from '../../../../src/core/jobs/job.js';
import { layerNamed } from '../../../../src/core/network/layerNamed.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { IMAGENET } from '../../../../src/core/network/preprocessing.js';
import { openPhotoSet } from '../../../../src/core/photos/photoSet.js';
import { openIndex } from '../../../../src/core/store/photoIndex.js';
import type { PhotoProblem } from '../../../../src/core/store/photoIndex.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { expected, indexPhotos, MODEL, ZIP } from './photoSetFixture.js';
import type { ExpectedLayer } from './photoSetFixture.js';
import { buildPhotoWorker } from './photoWorker.js';

const folder = mkdtempSync(join(tmpdir(), 'unpool-top-'));
const unzipped = join(folder, 'photos');
const stores = { zip: join(folder, 'of-zip'), folder: join(folder, 'of-folder') };
let engine: EngineClient;
let network: Network;
let workerFile: string;

beforeAll(async () => {
  workerFile = buildPhotoWorker(folder);
  engine = startTestEngine();
  network = await openNetwork(MODEL);
  const zip = await openPhotoSet(ZIP);
  for (const photo of zip.photos) {
    mkdirSync(dirname(join(unzipped, photo.path)), { recursive: true });
    writeFileSync(join(unzipped, photo.path), await zip.read(photo));
  }
  await indexPhotos(network, engine, stores.zip, workerFile);
  await indexPhotos(network, engine, stores.folder, workerFile, unzipped);
  await zip.close();
});
afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

async function layerOf(name: string, store = stores.zip): Promise<LayerOfIndex> {
  return openLayer(await openIndex(store), name);
}

function expectClose(actual: number | undefined, wanted: number | undefined): void {
  expect(Math.abs((actual ?? NaN) - (wanted ?? NaN))).toBeLessThan(1e-5 * Math.max(1, Math.abs(wanted ?? 0)));
}

describe.each(Object.keys(expected.layers))('the maps of %s', (name) => {
  const wanted = expected.layers[name] as ExpectedLayer;

  it('have the strongest photos and places that brute force finds', async () => {
    const opened = await layerOf(name);
    for (const [map, top] of wanted.top.entries()) {
      const units = topUnits(opened, map, 9);
      expect(units.map(({ rank, photo, row, column }) => [rank, photo, row, column])).toEqual(
        top.map(({ photo, place }, rank) => [rank + 1, photo, ...place]),
      );
      units.forEach(({ value }, rank) => {
        expectClose(value, top[rank]?.value);
      });
      const photos = await photosOfUnits(opened.index, units);
      for (const { photo } of units) {
        expect(photos.get(photo)?.path).toBe(expected.paths[photo]);
      }
      expect(topUnits(opened, map, 2)).toEqual(units.slice(0, 2));
    }
  });

  it('have the numbers that brute force finds', async () => {
    const { summary, layer } = await layerOf(name);
    for (const [map, mean] of wanted.means.entries()) {
      const numbers = numbersOfMap(summary, layer, map);
      expect(numbers).toMatchObject({ map, photos: 42, notFinite: 0 });
      expectClose(numbers.mean, mean);
      expectClose(numbers.largest, wanted.largest[map]);
      expectClose(numbers.zeros, wanted.zeros[map]);
      const bins = Object.entries(wanted.histograms[map] ?? {}).map(([bin, count]) => [Number(bin), count]);
      const positive = bins.filter(([bin = 0]) => bin > 0).reduce((sum, [, count = 0]) => sum + count, 0);
      expectClose(numbers.answers, positive / 42);
      expect(numbers.histogram.map(({ photos }) => photos)).toEqual(
        bins.sort(([a = 0], [b = 0]) => a - b).map(([, count]) => count),
      );
      numbers.histogram.forEach(({ from, to }) => {
        expect(from).toBeLessThan(to);
      });
      expect([...numbers.byLabel.keys()].sort()).toEqual(Object.keys(wanted.byLabel).sort());
      for (const [label, means] of Object.entries(wanted.byLabel)) {
        expectClose(numbers.byLabel.get(label), means[map]);
      }
    }
  });
});

describe('a map that there is none of', () => {
  it('is refused, and so are more photos than are kept', async () => {
    const opened = await layerOf('relu1');
    expect(() => topUnits(opened, 6, 9)).toThrow(/no map 6: layer 'relu1' has maps 0 to 5/);
    expect(() => topUnits(opened, 0, 10)).toThrow(/keeps 9 photos a map, not 10/);
    await expect(layerOf('relu9')).rejects.toThrow(/no layer 'relu9' in the index; it has 'relu1'/);
  });
});

/** Runs the job and gives all of its partial results: what comes first, and what comes after it. */
async function patchesOf(
  { index, layer }: LayerOfIndex,
  units: Parameters<typeof topPatchesJob>[1]['units'],
  { root, stopAt = Infinity }: { readonly root?: string; readonly stopAt?: number } = {},
): Promise<{ seen: TopPatch[]; patches: TopPatch[]; problems: readonly PhotoProblem[]; told: Progress[] }> {
  const set = await openIndexedPhotos(index, root);
  const threads = indexedPhotoThreads(index, network, workerFile);
  const [seen, patches, told]: [TopPatch[], TopPatch[], Progress[]] = [[], [], []];
  const stop = new AbortController();
  try {
    const problems = await topPatchesJob(network, { index, layer, units, set, threads }).run(
      contextOf(engine, {
        signal: stop.signal,
        report: (stage, share, count) => told.push({ stage, share, count }),
        partial: (some: readonly TopPatch[]) => {
          for (const each of some) {
            ('patch' in each && !('projection' in each) ? seen : patches).push(each);
          }
          if (patches.length >= stopAt) {
            stop.abort();
          }
        },
      }),
    );
    return { seen, patches, problems, told };
  } finally {
    await set.close();
    await threads.close();
  }
}

describe('the patches of strongest units', () => {
  it.each(['relu1', 'leakyrelu2', 'relu3'])(
    'of %s are the photo and the projection inside the receptive field',
    async (name) => {
      const opened = await layerOf(name);
      const units = [0, 1, 3].flatMap((map) => topUnits(opened, map, 4)).filter(({ value }) => value > 0);
      const { seen, patches, problems, told } = await patchesOf(opened, units);
      expect(problems).toEqual([]);
      expect(seen).toEqual(
        patches.map(({ unit, window, patch }: Partial<ProjectedPatch>) => ({ unit, window, patch })),
      );
      expect(new Set(patches.map(({ unit }) => unit))).toEqual(new Set(units));
      const photos = new Set(units.map(({ photo }) => photo)).size;
      expect(told.at(-1)).toEqual({
        stage: 'projections',
        share: 1,
        count: { done: photos, of: photos, unit: 'photos' },
      });
      for (const each of patches) {
        if (!('projection' in each)) {
          throw new Error('problem' in each ? each.problem : 'no projection');
        }
        const { unit, window, patch, projection } = each;
        const bytes = readFileSync(join(unzipped, expected.paths[unit.photo] ?? ''));
        const image = await decodeImage(bytes, 'photo');
        const { top, left, bottom, right } = window;
        // Photos of the fixture are as large as the input.
        expect(patch).toEqual(crop(image, left, top, right - left, bottom - top));
        const whole = await projectUnit(engine, network, toInput(image, IMAGENET, network.input), {
          layer: layerNamed(network, opened.layer.tensor),
          target: { kind: 'unit', channel: unit.map, y: unit.row, x: unit.column },
          method: 'deconvnet',
          normalization: 'pass',
        });
        expectClose(unit.value, whole.activation);
        expect(window).toEqual(whole.window);
        expect(projection.corner).toEqual([top, left]);
        expect(projection.part.shape).toEqual([1, 3, bottom - top, right - left]);
        let inside = 0;
        whole.projection.data.forEach((value, at) => {
          const [channel, row, column] = [Math.floor(at / 256), Math.floor(at / 16) % 16, at % 16];
          if (row >= top && row < bottom && column >= left && column < right) {
            const place = (channel * (bottom - top) + row - top) * (right - left) + column - left;
            expectClose(projection.part.data[place], value);
            inside++;
          } else {
            expect(value).toBe(0);
          }
        });
        expect(inside).toBe(projection.part.data.length);
      }
    },
  );

  it('see 3 x 3 pixels behind a 3 x 3 convolution, less at the border', () => {
    const window = (row: number, column: number): unknown =>
      windowOfUnit(network, { tensor: 'r1' }, { row, column });
    expect(window(5, 9)).toEqual({ top: 4, left: 8, bottom: 7, right: 11 });
    expect(window(0, 15)).toEqual({ top: 0, left: 14, bottom: 2, right: 16 });
  });

  it('come photo by photo, and end with the signal', async () => {
    const opened = await layerOf('relu1');
    const units = topUnits(opened, 0, 9);
    const { seen, patches } = await patchesOf(opened, units);
    for (const parts of [seen, patches]) {
      expect(parts.map(({ unit }) => unit.rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
    await expect(patchesOf(opened, units, { stopAt: 3 })).rejects.toThrow(CancelledError);
    expect(await patchesOf(opened, [])).toMatchObject({ patches: [], problems: [] });
  });

  it('are found where the photos have been moved, folder or zip', async () => {
    const opened = await layerOf('relu1');
    const units = topUnits(opened, 0, 3);
    const ofZip = await patchesOf(opened, units);
    expect(await patchesOf(opened, units, { root: unzipped })).toEqual(ofZip);
    const { patches } = await patchesOf(await layerOf('relu1', stores.folder), units, { root: ZIP });
    expect(patches).toEqual(ofZip.patches);
  });

  it('name photos that have changed or are gone, and show no others in their place', async () => {
    const opened = await layerOf('relu1', stores.folder);
    const units = topUnits(opened, 0, 9);
    const root = join(folder, 'changed');
    cpSync(unzipped, root, { recursive: true });
    const [first, second, third, ...others] = units.map(({ photo }) => expected.paths[photo] ?? '');
    // Another photo of the set, a file that is none, and no file.
    cpSync(join(unzipped, others[0] ?? ''), join(root, first ?? ''));
    writeFileSync(join(root, second ?? ''), 'no photo');
    rmSync(join(root, third ?? ''));
    const { patches, problems } = await patchesOf(opened, units, { root });
    expect(problems).toEqual([
      { path: first, problem: 'has changed since the index was made' },
      { path: second, problem: 'has changed since the index was made' },
      { path: third, problem: 'there is no such file' },
    ]);
    expect(patches.map((patch) => ('problem' in patch ? patch.problem : 'shown'))).toEqual([
      ...problems.map(({ problem }) => problem),
      ...others.map(() => 'shown'),
    ]);
  });
});

describe('where an index was made of', () => {
  it('is in it, and what is no longer there is named', async () => {
    const index = await openIndex(stores.zip);
    expect(await modelFileOf(index)).toBe(MODEL);
    const { manifest } = index;
    const moved = {
      store: index.store,
      manifest: {
        ...manifest,
        model: { ...manifest.model, file: '../gone.onnx' },
        set: { ...manifest.set, root: '../gone' },
      },
    };
    await expect(modelFileOf(moved)).rejects.toThrow(
      `${index.store}: the model that it was made with is no longer at ${join(folder, 'gone.onnx')}; --model says where it is`,
    );
    await expect(openIndexedPhotos(moved)).rejects.toThrow(
      /its photos are no longer at .*gone; --photos says/,
    );
    await expect(openIndexedPhotos(moved, join(folder, 'nowhere'))).rejects.toThrow(
      /nowhere: there is no such folder or file/,
    );
  });

  it('is held against the model that is given', async () => {
    const index = await openIndex(stores.zip);
    await checkModel(index, network);
    const file = join(folder, 'other.onnx');
    // The same network under another name.
    const bytes = readFileSync(MODEL);
    bytes.write('tina', bytes.indexOf('tiny'));
    writeFileSync(file, bytes);
    await expect(checkModel(index, await openNetwork(file))).rejects.toThrow(
      `${file}: is not the model that the index ${stores.zip} was made with (tiny.onnx)`,
    );
  });
});
