/** The photos and the network of test/fixtures/photoSet, and what brute force in Python says of them. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { indexJob } from '../../../../src/core/analysis/photoSet/index.js';
import type { Engine } from '../../../../src/core/engine.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import type { Network } from '../../../../src/core/network/network.js';
import { IMAGENET } from '../../../../src/core/network/preprocessing.js';
import { openPhotoSet } from '../../../../src/core/photos/photoSet.js';

export const FIXTURE = join(import.meta.dirname, '../../../fixtures/photoSet');
export const ZIP = join(FIXTURE, 'photos.zip');
export const MODEL = join(FIXTURE, 'tiny.onnx');

/** Photos of a batch, which the numbers were computed with, too. */
export const BATCH = 4;

export interface ExpectedLayer {
  readonly top: readonly (readonly {
    readonly photo: number;
    readonly value: number;
    readonly place: readonly [number, number];
  }[])[];
  readonly means: readonly number[];
  readonly largest: readonly number[];
  readonly zeros: readonly number[];
  readonly histograms: readonly Readonly<Record<string, number>>[];
  readonly byLabel: Readonly<Record<string, readonly number[]>>;
}

/** `make_photo_set.py` writes it. */
export interface Expected {
  readonly photos: readonly number[];
  readonly paths: readonly string[];
  readonly layers: Readonly<Record<string, ExpectedLayer>>;
  readonly vectors: readonly (readonly number[])[];
  readonly classes: readonly (readonly number[])[];
  readonly probabilities: readonly (readonly number[])[];
}

/** What a script has written beside the photos. */
export function fixture<T>(name: string): T {
  return JSON.parse(readFileSync(join(FIXTURE, name), 'utf8')) as T;
}

export const expected = fixture<Expected>('expected.json');

/** Indexes photos with the default layers. @param workerFile the thread that makes them ready (`buildPhotoWorker`) */
export async function indexPhotos(
  network: Network,
  engine: Engine,
  store: string,
  workerFile: string,
  photos = ZIP,
): Promise<void> {
  const set = await openPhotoSet(photos);
  try {
    const settings = { store, preprocessing: IMAGENET, batch: BATCH, workerFile };
    await (await indexJob(network, set, settings)).run(contextOf(engine));
  } finally {
    await set.close();
  }
}
