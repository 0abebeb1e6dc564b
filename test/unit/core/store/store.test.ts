import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { randomNumbers } from '../../../../src/core/random.js';
import { binEdges, binOf, LAST_BIN } from '../../../../src/core/store/histogram.js';
import { agreeOnManifest } from '../../../../src/core/store/indexManifest.js';
import type { IndexManifest } from '../../../../src/core/store/indexManifest.js';
import { IndexPartWriter } from '../../../../src/core/store/indexPart.js';
import { LayerSummary } from '../../../../src/core/store/layerSummary.js';
import { lockParts } from '../../../../src/core/store/lock.js';
import { openIndex } from '../../../../src/core/store/photoIndex.js';
import { readTable, createTableOnce } from '../../../../src/core/store/table.js';
import { collected } from '../collected.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-store-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a table', () => {
  it('gives back what was written, nulls and bytes included', async () => {
    const file = join(folder, 'deep/table.parquet');
    await createTableOnce(
      file,
      [
        { name: 'n', type: 'int32' },
        { name: 'maybe', type: 'int32?' },
        { name: 'f', type: 'float' },
        { name: 'd', type: 'double' },
        { name: 't', type: 'text?' },
        { name: 'v', type: { bytes: 2 } },
      ],
      {
        n: Int32Array.of(-1, 2, 3),
        maybe: [1, null, 3],
        f: Float32Array.of(0.1, -0, Infinity),
        d: Float64Array.of(0.1, 2 ** 53, -1),
        t: ['a', null, 'é'],
        v: [Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(255, 0)],
      },
    );
    const read = await readTable(file, ['n', 'maybe', 'f', 'd', 't', 'v']);
    expect(
      Object.fromEntries(Object.entries(read).map(([name, values]) => [name, Array.from(values)])),
    ).toEqual({
      n: [-1, 2, 3],
      maybe: [1, null, 3],
      f: [Math.fround(0.1), -0, Infinity],
      d: [0.1, 2 ** 53, -1],
      t: ['a', null, 'é'],
      v: [Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(255, 0)],
    });
    await createTableOnce(file, [{ name: 'n', type: 'int32' }], { n: Int32Array.of(5) });
    expect(Array.from((await readTable(file, ['n']))['n'] ?? [])).toEqual([-1, 2, 3]);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['table.parquet']);
  });

  it('tells of a file that is damaged', async () => {
    const file = join(folder, 'table.parquet');
    writeFileSync(file, 'not a table');
    await expect(readTable(file, ['n'])).rejects.toThrow(/table.parquet: cannot be read/);
  });
});

describe('bins', () => {
  it('have the edges that they say, below and above each', () => {
    for (let bin = -LAST_BIN; bin <= LAST_BIN; bin++) {
      const [low, high] = binEdges(bin);
      const [inner, outer] = bin >= 0 ? [low, high] : [high, low];
      if (bin !== 0) {
        expect(binOf(inner)).toBe(bin);
      }
      if (Number.isFinite(outer)) {
        expect(binOf(outer)).toBe(bin < 0 ? bin - 1 : bin + 1);
      }
    }
    expect([binOf(0), binOf(-0), binOf(1), binOf(1.5), binOf(-1e9), binOf(1e-30)]).toEqual([
      0,
      0,
      25,
      26,
      -LAST_BIN,
      0,
    ]);
  });
});

const layer = { name: 'conv', tensor: 'x', maps: 3, rows: 2, columns: 4, vectors: true };
const manifest: IndexManifest = {
  format: 'unpool index',
  version: 1,
  model: { name: 'net.onnx', file: '../net.onnx', sha256: 'ab' },
  preprocessing: { name: 'unit', channels: 'RGB', scale: 255, mean: [0], std: [1], resize: 'crop' },
  inputShape: [1, 3, 8, 8],
  provider: 'cpu',
  threads: 1,
  set: { kind: 'folder', root: '../photos', photos: 7, sha256: 'cd' },
  layers: [layer, { name: 'empty', tensor: 'y', maps: 1, rows: 1, columns: 1, vectors: false }],
  strongest: 2,
  batch: 2,
  part: 4,
};

interface Added {
  readonly photo: number;
  readonly label: string | undefined;
  readonly values: readonly number[];
}

/** A summary of the photos, made as an index makes it; a value stands for largest and mean, its sign for the place. */
function summaryOf(added: readonly Added[]): LayerSummary {
  const summary = new LayerSummary(layer, 2);
  added.forEach(({ photo, label, values }) => {
    summary.add(photo, label, {
      largest: Float32Array.from(values),
      means: Float32Array.from(values),
      places: Int32Array.from(values, (value) => (value > 0 ? 5 : 0)),
      zeros: Int32Array.from(values, (value) => (value === 0 ? 8 : 1)),
    });
  });
  return summary;
}

const photos: readonly Added[] = [
  { photo: 0, label: 'b', values: [1, 0, 2] },
  { photo: 1, label: 'a', values: [3, 0, NaN] },
  { photo: 3, label: undefined, values: [3, -1, 2] },
  { photo: 4, label: 'a', values: [2, 0, 5] },
  { photo: 6, label: 'b', values: [3, 0, Infinity] },
];

describe('a summary', () => {
  it('keeps the strongest photos by value, then photo, and leaves out what is not finite', () => {
    const { strongest, notFinite, largest, zeros, sums, photos: counted, byLabel } = summaryOf(photos);
    expect([...strongest.photos]).toEqual([1, 3, 0, 1, 4, 0]);
    expect([...strongest.values]).toEqual([3, 3, 0, 0, 5, 2]);
    expect([...strongest.places]).toEqual([5, 5, 0, 0, 5, 5]);
    expect([...notFinite]).toEqual([0, 0, 2]);
    expect([...counted]).toEqual([5, 5, 3]);
    expect([...largest]).toEqual([3, 0, 5]);
    expect([...zeros]).toEqual([5, 33, 3]);
    expect([...sums]).toEqual([12, -1, 9]);
    expect([...(byLabel.get('a')?.sums ?? [])]).toEqual([5, 0, 5]);
    expect([...(byLabel.get('b')?.photos ?? [])]).toEqual([2, 2, 1]);
  });

  it('is the same for any cut, for numbers whose sum in float64 is exact', () => {
    const random = randomNumbers(3);
    const many = Array.from({ length: 50 }, (_, photo) => ({
      photo,
      label: photo % 3 === 0 ? 'a' : 'b',
      values: [Math.floor(random() * 9), random() < 0.1 ? NaN : Math.floor(random() * 4), 1],
    }));
    const whole = summaryOf(many);
    for (const cut of [1, 7, 49]) {
      const merged = summaryOf(many.slice(0, cut));
      merged.merge(summaryOf(many.slice(cut)));
      expect(merged).toEqual(whole);
    }
  });
});

describe('an index', () => {
  const write = async (part: number, added: readonly Added[]): Promise<void> => {
    const writer = await IndexPartWriter.create(folder, part, manifest);
    for (const { photo, label, values } of added) {
      await writer.append(
        [
          {
            photo,
            path: `${photo}.jpg`,
            label,
            sha256: 'ef',
            problem: undefined,
            top: [{ index: 1, probability: 0.5 }],
          },
          { photo: photo + 100, path: 'x', label: undefined, sha256: undefined, problem: 'empty', top: [] },
        ],
        new Map([['conv', Uint16Array.from(values, (value) => 1000 + value)]]),
      );
    }
    await writer.finish([summaryOf(added), new LayerSummary({ maps: 1 }, 2)]);
  };

  it('is read as one, whoever wrote its parts and in whatever order', async () => {
    await agreeOnManifest(folder, manifest);
    await write(1, photos.slice(3));
    expect(await openIndex(folder)).toMatchObject({ parts: [1], missing: [0] });
    await write(0, photos.slice(0, 3));
    const index = await openIndex(folder);
    expect(index.missing).toEqual([]);
    expect(await index.layer('conv')).toEqual({ ...summaryOf(photos), layer });
    expect((await index.layer('empty')).photos).toEqual(Int32Array.of(0));
    const rows = (await index.photos()).filter(({ problem }) => problem === undefined);
    expect(rows.map(({ photo, path, label }) => [photo, path, label])).toEqual(
      photos.map(({ photo, label }) => [photo, `${photo}.jpg`, label]),
    );
    expect(rows[0]?.top).toEqual([{ index: 1, probability: 0.5 }]);
    const vectors = await collected(index.vectorParts('conv'));
    expect(vectors.flatMap((part) => [...part.photos])).toEqual([0, 1, 3, 4, 6]);
    expect([...(vectors[0]?.numbers.subarray(0, 3) ?? [])]).toEqual([1001, 1000, 1002]);
    await expect(collected(index.vectorParts('empty'))).rejects.toThrow(
      /no vectors are kept of 'empty', but of 'conv'/,
    );
    await expect(index.layer('fc9')).rejects.toThrow(/no layer 'fc9' in the index; it has 'conv', 'empty'/);
  });

  it('does not count a part that was not finished', async () => {
    await agreeOnManifest(folder, manifest);
    const writer = await IndexPartWriter.create(folder, 0, manifest);
    await writer.append([], new Map());
    await writer.abandon();
    expect(await openIndex(folder)).toMatchObject({ parts: [], missing: [0, 1] });
  });

  it('refuses to be made in another way than it was begun', async () => {
    await agreeOnManifest(folder, manifest);
    await agreeOnManifest(folder, { ...manifest, set: { ...manifest.set, root: '/elsewhere' } });
    await expect(agreeOnManifest(folder, { ...manifest, batch: 8 })).rejects.toThrow(
      /made with another batch \(2, now 8\)/,
    );
    await expect(openIndex(join(folder, 'nowhere'))).rejects.toThrow(/there is no index in it/);
  });

  it('refuses one of an earlier version, which does not say where its model lay', async () => {
    const model = { ...manifest.model, file: undefined };
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, model }));
    await expect(openIndex(folder)).rejects.toThrow(
      /no index that this version of Unpool reads; make it again/,
    );
  });
});

describe('the lock', () => {
  const range = { first: 0, end: 4 };

  it('refuses the same and overlapping parts, and no others, until it is given back', async () => {
    const release = await lockParts(folder, range);
    await expect(lockParts(folder, range)).rejects.toThrow(new RegExp(`process ${process.pid} on`));
    await expect(lockParts(folder, { first: 3, end: 9 })).rejects.toThrow(/is writing the same parts/);
    const other = await lockParts(folder, { first: 4, end: 8 });
    await release();
    await other();
    await (
      await lockParts(folder, { first: 0, end: 8 })
    )();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is taken over from a process that is dead', async () => {
    const child = spawn(process.execPath, ['-e', '0']);
    await new Promise((ended) => child.once('exit', ended));
    const dead = JSON.stringify({ host: hostname(), pid: child.pid });
    writeFileSync(join(folder, '.lock-0-4'), dead);
    writeFileSync(join(folder, '.lock-2-6'), dead);
    const release = await lockParts(folder, range);
    expect(existsSync(join(folder, '.lock-2-6'))).toBe(false);
    await release();
  });

  it('is taken over from another machine that has given no sign of life for long, and only then', async () => {
    const file = join(folder, '.lock-2-6');
    writeFileSync(file, JSON.stringify({ host: 'elsewhere', pid: 1 }));
    await expect(lockParts(folder, range)).rejects.toThrow(
      /process 1 on elsewhere is writing the same parts/,
    );
    const long = new Date(Date.now() - 1e6);
    utimesSync(file, long, long);
    await (
      await lockParts(folder, range)
    )();
    expect(readdirSync(folder)).toEqual([]);
  });
});
