/** The requests that every panel about photo sets can make beside those of all panels. */

import * as vscode from 'vscode';

import type { Handlers } from '../../protocol/channel.js';
import type { EveryPanelRequests } from '../../protocol/everyPanel.js';
import type { PanelName } from '../../protocol/panels/registry.js';
import type { SetPanelRequests } from '../../protocol/setPanel.js';
import type { ModelFile } from '../modelFiles.js';
import type { Services } from '../services.js';
import { visitIndexedPhoto } from './setPhotos.js';

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
      await visitIndexedPhoto(context, store, photo);
      await context.open(panel, { layer, channel });
      return null;
    },
  };
}
