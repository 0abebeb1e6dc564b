/** The requests that every panel can make. */

import * as vscode from 'vscode';

import { PRESETS } from '../../core/network/preprocessing.js';
import type { Handlers } from '../../protocol/channel.js';
import type { EveryPanelRequests } from '../../protocol/everyPanel.js';
import { addDropped, pickPhotos, usePhoto } from '../addingPhotos.js';
import { chooseClassNames, confirmClassNames } from '../classNames.js';
import { chooseImageSize } from '../imageSize.js';
import { encodeNumbers } from '../numbersFile.js';
import type { PanelContext } from './context.js';
import { saveAs } from './saving.js';

/** Longer side in pixels: tiles of 72 CSS pixels on a screen of twice the density. */
const THUMBNAIL = 144;

export function everyPanelHandlers(context: PanelContext): Handlers<EveryPanelRequests> {
  const { file, selection, log, open } = context;
  return {
    model: async () => (await file.get()).posted,
    selection: async () => selection.selectionOf(await file.get()),
    selectLayer: async ({ layer }) => {
      selection.selectLayer(file.uri, layer);
      return null;
    },
    selectPhoto: async ({ photo }) => {
      await usePhoto(context, photo);
      return null;
    },
    addPhotos: async () => {
      await pickPhotos(context);
      return null;
    },
    offeredPhotos: () => context.photoOffers.offer(),
    storeDropped: async ({ name, bytes }) =>
      (await context.droppedPhotos.store(name, new Uint8Array(bytes))).toString(),
    addDropped: async ({ uris }) => {
      await addDropped(context, uris);
      return null;
    },
    thumbnail: async ({ photo }) => {
      const file = vscode.Uri.parse(photo).fsPath;
      const png = await context.photoThread.request('thumbnail', { file, side: THUMBNAIL });
      return new Uint8Array(png).buffer;
    },
    presets: async () => [...PRESETS.values()],
    setPreprocessing: async (preprocessing) => {
      await file.setPreprocessing(preprocessing);
      return null;
    },
    chooseClassNames: async () => {
      await chooseClassNames(file);
      return null;
    },
    confirmClassNames: async () => {
      await confirmClassNames(file);
      return null;
    },
    chooseImageSize: async () => {
      await chooseImageSize(file);
      return null;
    },
    openPanel: async ({ panel, layer, channel }) => {
      await open(panel, { layer, channel });
      return null;
    },
    savePicture: async ({ name, png }) =>
      saveAs(name, 'png', vscode.l10n.t('Picture'), async () => new Uint8Array(png)),
    saveNumbers: async ({ name, numbers, form }) =>
      saveAs(name, form, vscode.l10n.t('Numbers'), () => encodeNumbers(numbers, form)),
    showLog: async () => {
      log.show();
      return null;
    },
  };
}
