import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CancelledError } from '../../../src/core/errors.js';
import { openNetwork } from '../../../src/core/network/open.js';
import { openIndex } from '../../../src/core/store/photoIndex.js';
import { vectorOfPhoto } from '../../../src/core/analysis/photoSet/neighbourQueries.js';
import { vectorHandlers } from '../../../src/host/background/vectors.js';
import type { Neighbour } from '../../../src/core/analysis/photoSet/neighbours.js';
import { fixture, indexPhotos, MODEL } from '../core/analysis/photoSetFixture.js';
import { buildPhotoWorker } from '../core/analysis/photoWorker.js';
import { startTestEngine } from '../runtime/testEngine.js';

const expected = fixture<{ readonly cosine: Neighbour[][] }>('neighbours.json');
const options = { layer: 'relu3', distance: 'cosine', count: 6 } as const;

describe('the thread that searches vectors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'unpool-vectors-'));
  const store = join(folder, 'index');
  const { nearest, activations } = vectorHandlers();
  const { signal } = new AbortController();
  beforeAll(async () => {
    const engine = startTestEngine();
    await indexPhotos(await openNetwork(MODEL), engine, store, buildPhotoWorker(folder));
    engine.dispose();
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('loads them once, and finds what scikit-learn does, of a photo of the index or of a vector', async () => {
    const told: number[] = [];
    const ask = (queries: readonly (number | Float32Array)[]): Promise<readonly (readonly Neighbour[])[]> =>
      nearest({ store, options, queries }, signal, (share) => told.push(share));
    const found = await ask([3, 5]);
    expect(found.map((each) => each.map(({ photo }) => photo))).toEqual(
      [3, 5].map((photo) => expected.cosine[photo]?.map((neighbour) => neighbour.photo)),
    );
    const loaded = told.length;
    expect(loaded).toBeGreaterThan(0);
    const [[first] = []] = await ask([await vectorOfPhoto(await openIndex(store), 'relu3', 3)]);
    expect(first?.photo).toBe(3);
    expect(first?.distance).toBeCloseTo(0, 6);
    expect(told).toHaveLength(loaded);
  });

  it('loads them for whoever is left when the first one has gone', async () => {
    const fresh = vectorHandlers();
    const gone = new AbortController();
    const params = { store, options, queries: [3] };
    const cancelled = fresh.nearest(params, gone.signal, () => {
      gone.abort();
    });
    const [left] = await Promise.all([
      fresh.nearest(params, signal, () => undefined),
      expect(cancelled).rejects.toThrow(CancelledError),
    ]);
    expect(left[0]?.map(({ photo }) => photo)).toEqual(expected.cosine[3]?.map(({ photo }) => photo));
  });

  it('tells the mean activation of a map by photo, and refuses what it has no vectors of', async () => {
    const { photos, values } = await activations({ store, layer: 'relu3', map: 1 }, signal, () => undefined);
    const vector = await vectorOfPhoto(await openIndex(store), 'relu3', 7);
    expect(values[photos.indexOf(7)]).toBe(vector[1]);
    const unknown = nearest(
      { store, options: { ...options, layer: 'relu1' }, queries: [3] },
      signal,
      () => undefined,
    );
    await expect(unknown).rejects.toThrow(/no vectors are kept of 'relu1'/);
  });
});
