/** The requests that every panel about photo sets can make beside those of all panels. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import { UserError } from '../../core/errors.js';
import { photosRootOf } from '../../core/analysis/photoSet/indexOrigin.js';
import type { Handlers } from '../../protocol/channel.js';
import type { EveryPanelRequests } from '../../protocol/everyPanel.js';
import type { PanelName } from '../../protocol/panels/registry.js';
import type { SetPanelRequests } from '../../protocol/setPanel.js';
import { usePhoto } from '../addingPhotos.js';
import type { ModelFile } from '../modelFiles.js';
import type { Services } from '../services.js';

/** What these requests need of a panel. */
interface SetPanelContext extends Services {
  readonly file: ModelFile;
  readonly open: (
    panel: PanelName,
    show: { readonly layer?: string | undefined; readonly channel?: number | undefined },
  ) => Promise<void>;
}

type OwnRequests = Omit<SetPanelRequests, keyof EveryPanelRequests>;

export function setPanelHandlers(context: SetPanelContext): Handlers<OwnRequests> {
  const { file, indexes } = context;
  const run = (command: string): null => {
    void vscode.commands.executeCommand(`unpool.${command}`, { uri: file.uri.toString() });
    return null;
  };
  return {
    indexes: () => indexes.view(file),
    chooseIndex: async ({ store }) => {
      await indexes.choose(file.uri, store);
      return null;
    },
    indexPhotos: async () => run('indexPhotos'),
    openIndex: async () => run('openIndex'),
    setThumbnail: async ({ store, photo, side }) =>
      new Uint8Array(await indexes.thumbnail(store, photo, side)).buffer,
    openSetPhoto: async ({ store, photo, panel, layer, channel }) => {
      await usePhoto(context, (await fileOfPhoto(context, store, photo)).toString());
      await context.open(panel, { layer, channel });
      return null;
    },
  };
}

/** A photo of an index as a file; one out of a zip is copied into the workspace's own folder. */
async function fileOfPhoto(
  { indexes, droppedPhotos }: Services,
  store: string,
  photo: number,
): Promise<vscode.Uri> {
  const index = await indexes.open(store);
  const [row] = await index.photos(new Set([photo]));
  if (row === undefined) {
    throw new UserError(vscode.l10n.t('{0}: there is no photo {1} in the index', store, photo));
  }
  const root = photosRootOf(index);
  switch (index.manifest.set.kind) {
    case 'folder':
      return vscode.Uri.joinPath(vscode.Uri.file(root), row.path);
    case 'list':
      return vscode.Uri.joinPath(vscode.Uri.file(root), '..', row.path);
    case 'zip': {
      const photos = await indexes.photos(store);
      const bytes = await photos.read({ path: row.path, label: row.label, bytes: undefined });
      return droppedPhotos.store(basename(row.path), bytes);
    }
  }
}
