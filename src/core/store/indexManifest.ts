/** What an index of photos says of itself: how it was made, and how its parts are cut. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError } from '../errors.js';
import type { Preprocessing } from '../network/preprocessing.js';
import { createOnce } from './files.js';

/** A layer of an index. */
export interface IndexedLayer {
  /** As `unpool info` names it; parts name it so, too. */
  readonly name: string;
  readonly tensor: string;
  readonly maps: number;
  /** Of a map; 1 and 1 for layers without places. */
  readonly rows: number;
  readonly columns: number;
  /** Whether every photo's vector is kept: the mean of each map, in float16. */
  readonly vectors: boolean;
}

export interface IndexManifest {
  readonly format: 'unpool index';
  readonly version: 1;
  readonly model: {
    readonly name: string;
    /** Relative to the store, where it lay when the index was begun. */
    readonly file: string;
    /** Over the bytes of its file and those of its external data. */
    readonly sha256: string;
  };
  readonly preprocessing: Preprocessing;
  /** Of one photo, as the network takes it. */
  readonly inputShape: readonly number[];
  /** Execution provider of onnxruntime: others round otherwise. */
  readonly provider: string;
  /** Threads of the engine: matrix products are divided among them, and round by how they are. */
  readonly threads: number;
  readonly set: {
    readonly kind: 'folder' | 'zip' | 'list';
    /** Relative to the store. */
    readonly root: string;
    readonly photos: number;
    /** Over the list of photos, `set.parquet`. */
    readonly sha256: string;
  };
  readonly layers: readonly IndexedLayer[];
  /** Strongest photos of each map. */
  readonly strongest: number;
  /** Photos that the network is given at once; the place of a photo in its batch is part of the result. */
  readonly batch: number;
  /** Photos of a part: part p has those from p * part on. */
  readonly part: number;
}

const NAME = 'manifest.json';

/** @throws UserError where there is no index, or one of another version */
export async function readManifest(store: string): Promise<IndexManifest> {
  const manifest = await manifestIn(store);
  if (manifest === undefined) {
    throw new UserError(
      `${store}: there is no index in it; make one with unpool index MODEL PHOTOS --out ${store}`,
    );
  }
  return manifest;
}

/**
 * Writes the manifest of a new index, or holds that of the index that is there against it.
 * @throws UserError naming what the index there was made with, where that differs
 */
export async function agreeOnManifest(store: string, wanted: IndexManifest): Promise<void> {
  await createOnce(join(store, NAME), `${JSON.stringify(wanted, undefined, 2)}\n`);
  const found = await readManifest(store);
  for (const key of Object.keys(wanted) as (keyof IndexManifest)[]) {
    // Where model and photos lie is no part of what they are.
    const without = ({ set, model, ...manifest }: IndexManifest): unknown =>
      ({ ...manifest, set: { ...set, root: undefined }, model: { ...model, file: undefined } })[key];
    const [there, here] = [without(found), without(wanted)].map((value) => JSON.stringify(value));
    if (there !== here) {
      throw new UserError(
        `${store}: the index there was made with another ${WORDS[key]} (${there?.slice(0, 200)}, now ${here?.slice(0, 200)}); give another --out, or the same as then`,
      );
    }
  }
}

const WORDS: Readonly<Record<keyof IndexManifest, string>> = {
  format: 'format',
  version: 'version of Unpool',
  model: 'model',
  preprocessing: 'preprocessing',
  inputShape: 'input size',
  provider: 'provider',
  threads: 'number of --threads',
  set: 'set of photos',
  layers: 'choice of layers',
  strongest: 'number of strongest photos',
  batch: 'batch',
  part: 'size of parts',
};

/** @returns undefined where there is none */
export async function manifestIn(store: string): Promise<IndexManifest | undefined> {
  const file = join(store, NAME);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      return undefined;
    }
    throw new UserError(`${file}: cannot be read (${code ?? String(error)})`);
  }
  let manifest: Partial<IndexManifest>;
  try {
    manifest = JSON.parse(text) as Partial<IndexManifest>;
  } catch {
    throw new UserError(`${file}: this is no JSON; remove the folder and make the index again`);
  }
  const isReadable = manifest.format === 'unpool index' && manifest.version === 1;
  // Earlier ones do not say where their model lay.
  if (!isReadable || typeof manifest.model?.file !== 'string') {
    throw new UserError(`${file}: this is no index that this version of Unpool reads; make it again`);
  }
  return manifest as IndexManifest;
}
