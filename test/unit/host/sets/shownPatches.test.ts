import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { openIndexedPhotos } from '../../../../src/core/analysis/photoSet/indexOrigin.js';
import { topUnits } from '../../../../src/core/analysis/photoSet/topUnits.js';
import type { LayerOfIndex } from '../../../../src/core/analysis/photoSet/topUnits.js';
import type { Engine } from '../../../../src/core/engine.js';
import { CancelledError } from '../../../../src/core/errors.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { openIndex } from '../../../../src/core/store/photoIndex.js';
import { IndexedLayers } from '../../../../src/host/sets/indexedLayers.js';
import { ShownPatches } from '../../../../src/host/sets/shownPatches.js';
import type { UnitPictures } from '../../../../src/host/sets/shownPatches.js';
import { indexPhotos, MODEL } from '../../core/analysis/photoSetFixture.js';
import { buildPhotoWorker } from '../../core/analysis/photoWorker.js';
import { startTestEngine } from '../../runtime/testEngine.js';

const folder = mkdtempSync(join(tmpdir(), 'unpool-shown-'));
const store = join(folder, 'index');
let engine: Engine & { dispose(): void };
let network: Network;
let shown: ShownPatches;
let opened: LayerOfIndex;
let photos: Awaited<ReturnType<typeof openIndexedPhotos>>;

beforeAll(async () => {
  const workerFile = buildPhotoWorker(folder);
  engine = startTestEngine();
  network = await openNetwork(MODEL);
  await indexPhotos(network, engine, store, workerFile);
  shown = new ShownPatches(workerFile);
  const index = await openIndex(store);
  opened = await new IndexedLayers({ open: async () => index }).open(store, 'relu1');
  photos = await openIndexedPhotos(index);
});
afterAll(async () => {
  await photos.close();
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const NO_ENGINE: Engine = { run: () => Promise.reject(new Error('nothing is to be computed')) };

async function show(
  maps: readonly number[],
  { by = engine, stopAt = Infinity }: { readonly by?: Engine; readonly stopAt?: number } = {},
): Promise<readonly UnitPictures[]> {
  const stop = new AbortController();
  const come: UnitPictures[] = [];
  const partial = (some: readonly UnitPictures[]): void => {
    come.push(...some);
    if (come.length >= stopAt) {
      stop.abort();
    }
  };
  await shown.show(network, opened, maps, { engine: by, set: photos, signal: stop.signal, partial });
  return come;
}

const isProjected = (pictures: UnitPictures): boolean =>
  'projection' in pictures && pictures.projection !== undefined;

describe('the pictures of maps in sight', () => {
  it('end with the signal', async () => {
    await expect(show([1], { stopAt: 1 })).rejects.toThrow(CancelledError);
  });

  it('are patches first, then the same with projections, of all photos that excite the map', async () => {
    const units = topUnits(opened, 0, 9).filter(({ value }) => value !== 0);
    const come = await show([0]);
    const ranksOf = (some: readonly UnitPictures[]): readonly number[] => some.map(({ unit }) => unit.rank);
    const ranks = ranksOf(units.map((unit) => ({ unit, problem: '' })));
    expect(ranksOf(come.filter((each) => !isProjected(each)))).toEqual(ranks);
    expect(ranksOf(come.filter(isProjected))).toEqual(ranks);
    expect(isProjected(come[0] as UnitPictures)).toBe(false);
  });

  it('are kept: what has been shown is there again without an engine, and nothing else is', async () => {
    const before = (await show([0])).filter(isProjected);
    expect(await show([0], { by: NO_ENGINE })).toEqual(before);
    await expect(show([0, 1], { by: NO_ENGINE })).rejects.toThrow('nothing is to be computed');
  });
});

describe('an opened layer', () => {
  it('gives the rows of photos in their order, whichever were asked for before', async () => {
    const index = await openIndex(store);
    for (const numbers of [new Set([7]), new Set([30, 2, 7]), new Set([2, 30])]) {
      expect(await opened.index.photos(numbers)).toEqual(await index.photos(numbers));
    }
    expect((await opened.index.photos()).length).toBe(44);
  });
});
