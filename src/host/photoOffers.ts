/** Photos that are offered where none is chosen: those of the workspace, the last ones used, and those that come along. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import type { PhotoOffer, PhotoView } from '../protocol/view.js';
import { NOT_OWN } from './notOwn.js';
import { photosIn, PHOTO_FILES } from './photos.js';
import type { Selection } from './selection.js';

const KEY = 'recentPhotos';
const MOST_RECENT = 12;
/** Files looked at in the workspace, and photos of it that are offered. */
const MOST_FOUND = 500;
const MOST_OFFERED = 24;

export class PhotoOffers {
  private readonly listening: vscode.Disposable;

  /** @param memento kept for all workspaces */
  constructor(
    private readonly selection: Selection,
    private readonly memento: vscode.Memento,
    private readonly extensionUri: vscode.Uri,
  ) {
    this.listening = selection.onDidChangeSelection(() => {
      this.remember();
    });
  }

  async offer(): Promise<PhotoOffer> {
    const [workspace, recent, samples] = await Promise.all([
      photosOfWorkspace(),
      existing(this.recent.map((id) => vscode.Uri.parse(id))),
      photosIn(sampleFolder(this.extensionUri)),
    ]);
    const elsewhere = new Set([...workspace, ...samples].map((uri) => uri.toString()));
    return {
      workspace: workspace.slice(0, MOST_OFFERED).map(viewOf),
      workspaceHeading: headingOf(workspace.length),
      recent: recent.filter((uri) => !elsewhere.has(uri.toString())).map(viewOf),
      samples: samples.map(viewOf),
    };
  }

  dispose(): void {
    this.listening.dispose();
  }

  private get recent(): readonly string[] {
    return this.memento.get<readonly string[]>(KEY, []);
  }

  private remember(): void {
    const { photo } = this.selection;
    const { recent } = this;
    if (photo !== undefined && photo !== recent[0]) {
      const others = recent.filter((each) => each !== photo);
      void this.memento.update(KEY, [photo, ...others].slice(0, MOST_RECENT));
    }
  }
}

/** The folder of the photos that come with the extension. */
export function sampleFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'media/photos');
}

/** @param found photos of the workspace; MOST_FOUND are some of more */
function headingOf(found: number): string {
  if (found <= MOST_OFFERED) {
    return vscode.l10n.t('In this workspace');
  }
  return found < MOST_FOUND
    ? vscode.l10n.t('In this workspace, {0} of {1}', MOST_OFFERED, found)
    : vscode.l10n.t('In this workspace, {0} of {1} or more', MOST_OFFERED, found);
}

/** JPEG first, for PNG files of a workspace are plots and icons more often; then those in the outer folders. */
async function photosOfWorkspace(): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(PHOTO_FILES, NOT_OWN, MOST_FOUND);
  const rank = ({ path }: vscode.Uri): number => (/\.jpe?g$/i.test(path) ? 0 : 1000) + path.split('/').length;
  return found.sort(
    (a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path, undefined, { numeric: true }),
  );
}

async function existing(uris: readonly vscode.Uri[]): Promise<readonly vscode.Uri[]> {
  const stats = await Promise.allSettled(uris.map((uri) => vscode.workspace.fs.stat(uri)));
  return uris.filter((_, place) => stats[place]?.status === 'fulfilled');
}

function viewOf(uri: vscode.Uri): PhotoView {
  return { id: uri.toString(), name: basename(uri.fsPath) };
}
