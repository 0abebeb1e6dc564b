/** The vectors of photos that others like them are looked for: from the index, or of the network, made as the index was. */

import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';

import { UserError } from '../../errors.js';
import type { Job } from '../../jobs/job.js';
import { jobKey } from '../../jobs/key.js';
import { summaryModel } from '../../network/mapSummaries.js';
import type { Network } from '../../network/network.js';
import { unreadable } from '../../photos/photo.js';
import type { PhotoSet } from '../../photos/photo.js';
import { PhotoThreads } from '../../photos/preparing.js';
import { indexedLayerNamed, readSet } from '../../store/photoIndex.js';
import type { PhotoIndex, SetEntry } from '../../store/photoIndex.js';
import { photosRootOf } from './indexOrigin.js';
import { vectorValues } from './neighbours.js';
import { PartNumbers } from './partNumbers.js';
import { answeredBatches } from './summaryRuns.js';

/** What somebody asks about: a photo of the index, or a file outside. */
export interface AskedPhoto {
  /** As it was given. */
  readonly image: string;
  /** Its number; undefined for one from outside. */
  readonly photo: number | undefined;
  readonly label: string | undefined;
}

/** Tells photos of the index, by their paths in the set or as files, from those outside. */
export async function askedPhotos(
  { store, manifest }: Pick<PhotoIndex, 'store' | 'manifest'>,
  images: readonly string[],
): Promise<readonly AskedPhoto[]> {
  const numbers = new Map<string, readonly [number, SetEntry]>();
  (await readSet(store)).forEach((entry, number) => numbers.set(entry.path, [number, entry]));
  const root = photosRootOf({ store, manifest });
  return images.map((image) => {
    const inFolder = relative(root, resolve(image)).replaceAll('\\', '/');
    const found = numbers.get(image) ?? (manifest.set.kind === 'folder' ? numbers.get(inFolder) : undefined);
    return { image, photo: found?.[0], label: found?.[1].label };
  });
}

/**
 * The vector of a photo of the index.
 * @throws UserError where it has none, having been skipped or being in a part that is still to be made
 */
export async function vectorOfPhoto(index: PhotoIndex, layer: string, photo: number): Promise<Float32Array> {
  const part = Math.floor(photo / index.manifest.part);
  if (index.missing.includes(part)) {
    throw new UserError(
      `${index.store}: photo ${photo} is in a part that is still to be made; run unpool index again to go on`,
    );
  }
  for await (const { photos, length, numbers } of index.vectorParts(layer, [part])) {
    const row = photos.indexOf(photo);
    if (row >= 0) {
      return vectorValues(numbers.subarray(row * length, (row + 1) * length));
    }
  }
  const [row] = await index.photos(new Set([photo]));
  throw new UserError(
    `${row?.path ?? `photo ${photo}`}: is in no vectors of ${index.store}: ${row?.problem}`,
  );
}

export interface OutsideOptions {
  readonly index: PhotoIndex;
  readonly layer: string;
  readonly files: readonly string[];
  /** The built photoWorker.js; the one beside this bundle where left out. */
  readonly workerFile?: string | undefined;
}

/**
 * The vectors of photos from outside: the network's, with the index's preprocessing and batch, rounded as there. A photo that
 * is in the index, too, has the same one.
 * @param network of the index (`checkModel`)
 * @returns a job that throws UserError for a file that is no photo
 */
export function outsideVectorsJob(
  network: Network,
  { index, layer: name, files, workerFile }: OutsideOptions,
): Job<never, readonly Float32Array[]> {
  const { manifest } = index;
  const layer = { ...indexedLayerNamed(index, name), vectors: true };
  const { maps } = layer;
  const { batch, preprocessing } = manifest;
  const settings = [layer, files, batch, preprocessing];
  return {
    key: jobKey('vectors 1', network, [], settings),
    run: async (context) => {
      const summary = summaryModel(network, [layer], network.scores?.tensor, batch);
      const photos = files.map((path) => ({ path, label: undefined, bytes: undefined }));
      const set: PhotoSet = {
        kind: 'list',
        root: '',
        photos,
        read: readPhoto,
        close: () => Promise.resolve(),
      };
      const run = { network, summary, manifest: { ...manifest, layers: [layer] }, photos, set };
      const threads = new PhotoThreads({ inputs: [{ preprocessing, input: network.input }] }, workerFile);
      const numbers = new PartNumbers(run);
      try {
        const firsts = Array.from({ length: Math.ceil(files.length / batch) }, (_, at) => at * batch);
        for await (const answer of answeredBatches(firsts, { ...run, batch }, threads, context)) {
          numbers.add(answer);
          const done = numbers.rows.length;
          context.report('photos', done / files.length, { done, of: files.length, unit: 'photos' });
        }
      } finally {
        await threads.close();
      }
      const bad = numbers.rows.find(({ problem }) => problem !== undefined);
      if (bad !== undefined) {
        throw new UserError(`${bad.path}: ${bad.problem}`);
      }
      const halves = numbers.takeVectors().get(layer.name) ?? new Uint16Array();
      return files.map((_, row) => vectorValues(halves.subarray(row * maps, (row + 1) * maps)));
    },
  };
}

async function readPhoto({ path }: { readonly path: string }): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const failure = error as NodeJS.ErrnoException;
    throw failure.code === 'ENOENT'
      ? new UserError(`${path}: there is no such file, and no photo of that path in the index`)
      : unreadable(path, failure);
  }
}
