/** The model and the photos that an index was made of. */

import { access } from 'node:fs/promises';
import { resolve } from 'node:path';

import { UserError } from '../../errors.js';
import type { SizeChoice } from '../../network/imageInput.js';
import { modelHash } from '../../network/modelFiles.js';
import type { Network } from '../../network/network.js';
import type { PhotoSet } from '../../photos/photo.js';
import { openKnownPhotos } from '../../photos/photoSet.js';
import type { PhotoIndex } from '../../store/photoIndex.js';

type Origin = Pick<PhotoIndex, 'store' | 'manifest'>;

/**
 * The model's file, where it lay when the index was begun.
 * @throws UserError where there is no such file any more
 */
export async function modelFileOf({ store, manifest }: Origin): Promise<string> {
  const file = originalModelFile({ store, manifest });
  return found(
    file,
    `${store}: the model that it was made with is no longer at ${file}; --model says where it is`,
  );
}

/** Where the model's file lay when the index was begun. */
export function originalModelFile({ store, manifest }: Origin): string {
  return resolve(store, manifest.model.file);
}

/** The size of the images that the index was made with. */
export function imageSizeOf({ manifest }: Origin): SizeChoice {
  return { origin: 'array', shape: manifest.inputShape };
}

/** @throws UserError where the network is of another file than the index, or takes images of another size */
export async function checkModel({ store, manifest }: Origin, { model, input }: Network): Promise<void> {
  const { name, sha256 } = manifest.model;
  if ((await modelHash(model)) !== sha256) {
    throw new UserError(
      `${model.file}: is not the model that the index ${store} was made with (${name}), or has changed since; give that one, or make the index again`,
    );
  }
  if (input.shape.join() !== manifest.inputShape.join()) {
    throw new UserError(
      `${model.file}: is opened for an input of [${input.shape.join(', ')}], and the index ${store} was made with [${manifest.inputShape.join(', ')}]`,
    );
  }
}

/** The folder, zip or list of photos, where it lay when the index was begun. */
export function photosRootOf({ store, manifest }: Origin): string {
  return resolve(store, manifest.set.root);
}

/**
 * The photos of an index, to be read one by one.
 * @param root where they are, in place of where they lay when the index was begun
 * @throws UserError where there is nothing of the kind
 */
export async function openIndexedPhotos(
  { store, manifest }: Origin,
  root?: string,
): Promise<Pick<PhotoSet, 'read' | 'close'>> {
  const before = photosRootOf({ store, manifest });
  return openKnownPhotos(
    root ??
      (await found(before, `${store}: its photos are no longer at ${before}; --photos says where they are`)),
  );
}

/** @throws UserError saying so where there is no such file or folder */
async function found(path: string, otherwise: string): Promise<string> {
  await access(path).catch(() => {
    throw new UserError(otherwise);
  });
  return path;
}
