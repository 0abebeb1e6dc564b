/** What the background thread says of photo sets. */

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { decodeImage } from '../../../src/core/imaging/decode.js';
import { IndexedPhotos } from '../../../src/host/background/indexedPhotos.js';
import { setHandlers } from '../../../src/host/background/photoSets.js';
import type { BackgroundRequests } from '../../../src/host/background/requests.js';

const PANDA = join(import.meta.dirname, '../../../media/photos/panda.jpg');

let root = '';
let handlers: ReturnType<typeof setHandlers>;
const signal = new AbortController().signal;
const ask = <Name extends keyof typeof handlers>(
  name: Name,
  params: BackgroundRequests[Name]['params'],
): Promise<BackgroundRequests[Name]['result']> =>
  handlers[name](params as never, signal, () => undefined) as Promise<BackgroundRequests[Name]['result']>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'unpool-set-'));
  handlers = setHandlers(new IndexedPhotos());
  for (const path of ['b/2.jpg', 'b/1.jpg', 'a/1.jpg', 'b/3.jpg']) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    cpSync(PANDA, join(root, path));
  }
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

describe('a photo set in the background', () => {
  it('is told by its labels, and listed again where that is asked for', async () => {
    const first = await ask('listSet', { root, again: false });
    expect(first).toEqual({
      kind: 'folder',
      photos: 4,
      labels: [
        { label: 'a', photos: 1 },
        { label: 'b', photos: 3 },
      ],
      unlabelled: 0,
    });
    cpSync(PANDA, join(root, 'a/2.jpg'));
    expect(await ask('listSet', { root, again: false })).toEqual(first);
    expect(await ask('listSet', { root, again: true })).toMatchObject({ photos: 5 });
  });

  it('gives the photos of a label range by range, and all in their order', async () => {
    expect(await ask('setPhotos', { root, label: 'b', from: 1, count: 5 })).toEqual(['b/2.jpg', 'b/3.jpg']);
    expect(await ask('setPhotos', { root, label: null, from: 0, count: 5 })).toEqual([]);
    const { photos } = await ask('listPhotos', { root });
    expect(photos.map(({ path }) => path)).toEqual(['a/1.jpg', 'b/1.jpg', 'b/2.jpg', 'b/3.jpg']);
    expect(photos[0]).toEqual({ path: 'a/1.jpg', label: 'a', bytes: readFileSync(PANDA).length });
  });

  it('reads photos as they were listed, and draws them small', async () => {
    const bytes = readFileSync(PANDA).length;
    expect((await ask('setFile', { root, path: 'a/1.jpg', bytes })).length).toBe(bytes);
    const png = await ask('setPicture', { root, path: 'a/1.jpg', side: 32 });
    const { width, height } = await decodeImage(png, 'small.png');
    expect(Math.max(width, height)).toBe(32);
    writeFileSync(join(root, 'a/1.jpg'), 'other');
    await expect(ask('setFile', { root, path: 'a/1.jpg', bytes })).rejects.toThrow(/a\/1\.jpg: has changed/);
  });

  it('is not there: the next one who asks tries again', async () => {
    const nowhere = join(root, 'c');
    await expect(ask('listSet', { root: nowhere, again: false })).rejects.toThrow(/there is no such folder/);
    mkdirSync(nowhere);
    cpSync(PANDA, join(nowhere, '1.jpg'));
    expect(await ask('listSet', { root: nowhere, again: false })).toMatchObject({ photos: 1, unlabelled: 1 });
  });
});
