/** A time line of checkpoints, held against numpy and onnxruntime (test/fixtures/evolution/make.py). */

import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from 'vitest';

import { checkpointFiles } from '../../../../../src/core/analysis/models/checkpointFiles.js';
import { evolutionJob } from '../../../../../src/core/analysis/models/evolution.js';
import type {
  Evolution,
  EvolutionPart,
  WallChoice,
} from '../../../../../src/core/analysis/models/evolution.js';
import type { WallTile } from '../../../../../src/core/analysis/models/mapWall.js';
import { labelMatches } from '../../../../../src/core/analysis/photoSet/labelMatches.js';
import { readWeight } from '../../../../../src/core/analysis/weights/weights.js';
import { CancelledError, UserError } from '../../../../../src/core/errors.js';
import { checkpointFolder } from '../../../../../src/core/jobs/checkpoints.js';
import { contextOf } from '../../../../../src/core/jobs/job.js';
import type { JobContext } from '../../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../../src/core/network/open.js';
import { IMAGENET } from '../../../../../src/core/network/preprocessing.js';
import type { PhotoSet } from '../../../../../src/core/photos/photo.js';
import { openPhotoSet } from '../../../../../src/core/photos/photoSet.js';
import type { EngineClient } from '../../../../../src/runtime/client.js';
import { startTestEngine } from '../../../runtime/testEngine.js';
import { ZIP } from '../photoSetFixture.js';
import { buildPhotoWorker } from '../photoWorker.js';

const FOLDER = resolve(import.meta.dirname, '../../../../fixtures/evolution');

interface ExpectedCheckpoint {
  readonly epoch: number;
  readonly right: number;
  readonly of: number;
  readonly layers: Readonly<
    Record<
      string,
      {
        readonly dead: number;
        readonly mean: number;
        readonly norm: number;
        readonly step: number | null;
        readonly strongest: readonly { path: string; value: number; place: number }[];
      }
    >
  >;
}
const expected = JSON.parse(
  readFileSync(join(FOLDER, 'expected.json'), 'utf8'),
) as readonly ExpectedCheckpoint[];

let engine: EngineClient;
let built: string;
let workerFile: string;
let set: PhotoSet;
let folder: string;
beforeAll(async () => {
  engine = startTestEngine();
  built = mkdtempSync(join(tmpdir(), 'unpool-worker-'));
  workerFile = buildPhotoWorker(built);
  set = await openPhotoSet(ZIP);
});
afterAll(async () => {
  engine.dispose();
  await set.close();
  rmSync(built, { recursive: true, force: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-evolution-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly evolution: Evolution;
  readonly parts: readonly EvolutionPart[];
}

async function evolve(
  wall: WallChoice,
  {
    from = FOLDER,
    hasPhotos = true,
    ...listening
  }: Partial<JobContext<EvolutionPart>> & {
    readonly from?: string;
    readonly hasPhotos?: boolean;
  } = {},
): Promise<Run> {
  const { files } = await checkpointFiles(from);
  const last = await openNetwork(files.at(-1)?.file ?? '');
  const matches = await labelMatches(last, set, ['bars', 'noise', 'spots']);
  const photos = hasPhotos ? { set, preprocessing: IMAGENET, matches, batch: 4, workerFile } : undefined;
  const parts: EvolutionPart[] = [];
  const context = contextOf<EvolutionPart>(engine, {
    ...listening,
    partial: (part) => {
      parts.push(part);
      listening.partial?.(part);
    },
  });
  const evolution = await evolutionJob({ files, last, photos, wall }).run(context);
  return { evolution, parts };
}

function tilesOf(parts: readonly EvolutionPart[], map: number): readonly WallTile[] {
  return parts.flatMap((part) =>
    part.kind === 'tiles'
      ? part.tiles.filter((tile) => ('unit' in tile ? tile.unit.map : tile.map) === map)
      : [],
  );
}

describe('a time line', () => {
  it('has the numbers that numpy and onnxruntime give, checkpoint by checkpoint', async () => {
    const { evolution, parts } = await evolve({ kind: 'projections', layer: 'relu2', maps: [2, 5] });
    expect(evolution.rows).toHaveLength(expected.length);
    const told = parts.flatMap((part) => (part.kind === 'row' ? [part.row] : []));
    expect(told.slice(expected.length)).toEqual(evolution.rows);
    // Weights of all come before any photo is looked at.
    expect(told[1]?.layers[0]).toMatchObject({ step: evolution.rows[1]?.layers[0]?.step, dead: undefined });
    expect(evolution.problems.map(({ path }) => path)).toEqual(['noise/empty.png', 'noise/notes.png']);
    for (const [place, { right, of, layers }] of expected.entries()) {
      const row = evolution.rows[place];
      expect(row?.accuracy).toEqual({ right, of });
      expect(row?.layers.map(({ layer }) => layer)).toEqual(Object.keys(layers));
      for (const own of row?.layers ?? []) {
        const wanted = layers[own.layer];
        expect(own.norm).toBeCloseTo(wanted?.norm ?? NaN, 6);
        if (wanted?.step === null) {
          expect(own.step).toBeUndefined();
        } else {
          expect(own.step).toBeCloseTo(wanted?.step ?? NaN, 8);
        }
        expect(own.dead).toBe(wanted?.dead);
        expect(own.mean).toBeCloseTo(wanted?.mean ?? NaN, 5);
        expect(own.measured).toBe(own.layer.replace('conv', 'relu'));
      }
    }
  });

  it('projects the strongest photo of each map, and marks where it is another one', async () => {
    const { parts } = await evolve({ kind: 'projections', layer: 'relu2', maps: [2, 5] });
    for (const map of [2, 5]) {
      const wanted = expected.map(({ layers }) => layers['conv2']?.strongest[map]);
      const tiles = tilesOf(parts, map);
      expect(tiles).toHaveLength(expected.length);
      tiles.forEach((tile, place) => {
        if (tile.kind !== 'projection') {
          throw new Error(`map ${map} is ${tile.kind}`);
        }
        const { path = '', value = NaN, place: at = NaN } = wanted[place] ?? {};
        expect(tile.path).toBe(path);
        expect(tile.unit.value).toBeCloseTo(value, 4);
        expect([tile.unit.row, tile.unit.column]).toEqual([Math.floor(at / 8), at % 8]);
        expect(tile.jumped).toBe(place > 0 && wanted[place - 1]?.path !== path);
        expect(tile.projection.part.data.some((signal) => signal !== 0)).toBe(true);
      });
    }
    // The fixture has both.
    const marks = [2, 5].flatMap((map) => tilesOf(parts, map)).map((tile) => 'jumped' in tile && tile.jumped);
    expect(new Set(marks)).toEqual(new Set([true, false]));
  });

  it('says so of a map that answers no photo, and chooses the most selective maps by itself', async () => {
    const dead = await evolve({ kind: 'projections', layer: 'relu1', maps: [4] });
    expect(tilesOf(dead.parts, 4).map(({ kind }) => kind)).toEqual(expected.map(() => 'silent'));
    const { evolution } = await evolve({ kind: 'projections' });
    expect(evolution.wall).toMatchObject({ layer: 'relu2', chosenBy: 'selectivity' });
    expect(new Set(evolution.wall.maps).size).toBe(6);
  });

  it('shows weights and kernels without photos', async () => {
    const { evolution, parts } = await evolve({ kind: 'kernels' }, { hasPhotos: false });
    expect(evolution.wall).toMatchObject({ layer: 'conv1', chosenBy: 'norm' });
    expect(evolution.wall.maps).toHaveLength(6);
    expect(evolution.rows[1]?.layers[0]).toMatchObject({ layer: 'conv1', dead: undefined, mean: undefined });
    expect(evolution.rows[1]?.accuracy).toBeUndefined();
    const network = await openNetwork(join(FOLDER, 'epoch-1.onnx'));
    const { data } = await readWeight(engine, network, 'conv1.weight');
    const tile = tilesOf(parts, 3)[1];
    expect(tile).toMatchObject({ kind: 'kernel', weights: { shape: [1, 3, 3, 3] } });
    expect(tile?.kind === 'kernel' ? [...tile.weights.data] : []).toEqual([...data.slice(3 * 27, 4 * 27)]);
  });
});

describe('a run', () => {
  it('that was cancelled goes on behind the checkpoints that it had done', async () => {
    const checkpoints = checkpointFolder(join(folder, 'kept'));
    const cancel = new AbortController();
    const wall = { kind: 'projections', layer: 'relu2', maps: [0] } as const;
    const interrupted = evolve(wall, {
      checkpoints,
      signal: cancel.signal,
      partial: (part) => {
        if (part.kind === 'row' && part.row.place === 2 && part.row.accuracy !== undefined) {
          cancel.abort();
        }
      },
    });
    await expect(interrupted).rejects.toThrow(CancelledError);
    let photos = 0;
    const { evolution } = await evolve(wall, {
      checkpoints: checkpointFolder(join(folder, 'kept')),
      report: (stage) => {
        photos += stage === 'photos' ? 1 : 0;
      },
    });
    // Two of the five are left, in batches of four of 44 photos.
    expect(photos).toBe(2 * 11);
    const whole = await evolve(wall);
    expect(evolution.rows).toEqual(whole.evolution.rows);
  });

  it('with a checkpoint more asks about that one alone; a file with other content is asked about anew', async () => {
    const checkpoints = checkpointFolder(join(folder, 'kept'));
    const wall = { kind: 'projections', layer: 'relu2', maps: [0] } as const;
    const own = join(folder, 'checkpoints');
    for (const epoch of [0, 1, 2]) {
      cpSync(join(FOLDER, `epoch-${epoch}.onnx`), join(own, `epoch-${epoch}.onnx`));
    }
    const asked = async (): Promise<number> => {
      let batches = 0;
      await evolve(wall, {
        ...{ from: own, checkpoints },
        report: (stage) => {
          batches += stage === 'photos' ? 1 : 0;
        },
      });
      return batches / 11;
    };
    expect(await asked()).toBe(3);
    cpSync(join(FOLDER, 'epoch-5.onnx'), join(own, 'epoch-5.onnx'));
    expect(await asked()).toBe(1);
    cpSync(join(FOLDER, 'epoch-10.onnx'), join(own, 'epoch-1.onnx'));
    expect(await asked()).toBe(1);
  });

  it('ends with one line for another architecture, and for a map or layer that is not there', async () => {
    cpSync(join(FOLDER, 'epoch-1.onnx'), join(folder, 'epoch-1.onnx'));
    cpSync(join(FOLDER, 'epoch-2.onnx'), join(folder, 'epoch-2.onnx'));
    cpSync(resolve(FOLDER, '../photoSet/tiny.onnx'), join(folder, 'epoch-3.onnx'));
    const other = evolve({ kind: 'kernels' }, { from: folder, hasPhotos: false });
    await expect(other).rejects.toThrow(UserError);
    await expect(other).rejects.toThrow(
      /epoch-3\.onnx: is no checkpoint of the network in epoch-1\.onnx: layer \d is .*, not .*; move it/,
    );
    await expect(evolve({ kind: 'projections', layer: 'relu2', maps: [8] })).rejects.toThrow(
      /layer 'relu2' has no map 8; it has maps 0 to 7$/,
    );
    await expect(evolve({ kind: 'kernels', layer: 'relu2' })).rejects.toThrow(/relu2.*has no kernels/);
    await expect(evolve({ kind: 'projections', layer: 'conv9' })).rejects.toThrow(UserError);
  });
});
