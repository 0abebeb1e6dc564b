/** Looking at single photos of a set: as files, which those of a zip become by being copied. */

import { basename, dirname, join } from 'node:path';

import * as vscode from 'vscode';

import { photosRootOf } from '../../core/analysis/photoSet/indexOrigin.js';
import { UserError } from '../../core/errors.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import { visitPhoto } from '../addingPhotos.js';
import type { Services } from '../services.js';

/** Makes a photo of a set the chosen one. @param path in the set */
export async function visitSetPhoto(services: Services, root: string, path: string): Promise<void> {
  const { kind } = await services.photoSets.listing(root);
  const read = (): Promise<Uint8Array> => services.photoSets.bytes(root, path);
  await visitPhoto(services, await fileOf(services, { kind, root, path, read }));
}

/** Makes a photo of an index the chosen one. @param photo its number */
export async function visitIndexedPhoto(services: Services, store: string, photo: number): Promise<void> {
  const { indexes } = services;
  const index = await indexes.open(store);
  const [row] = await index.photos(new Set([photo]));
  if (row === undefined) {
    throw new UserError(vscode.l10n.t('{0}: there is no photo {1} in the index', store, photo));
  }
  const { path, label } = row;
  const read = async (): Promise<Uint8Array> =>
    (await indexes.photos(store)).read({ path, label, bytes: undefined });
  const { kind } = index.manifest.set;
  await visitPhoto(services, await fileOf(services, { kind, root: photosRootOf(index), path, read }));
}

interface SetPhoto extends Pick<PhotoSet, 'kind' | 'root'> {
  readonly path: string;
  readonly read: () => Promise<Uint8Array>;
}

/** A photo out of a zip is copied into the workspace's own folder. */
async function fileOf(
  { droppedPhotos }: Services,
  { kind, root, path, read }: SetPhoto,
): Promise<vscode.Uri> {
  switch (kind) {
    case 'folder':
      return vscode.Uri.file(join(root, path));
    case 'list':
      return vscode.Uri.file(join(dirname(root), path));
    case 'zip':
      return droppedPhotos.store(basename(path), await read());
  }
}
