/** The photos that the user has picked: files, and folders of them. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import type { PhotoView } from '../protocol/view.js';

export const PHOTO_ENDINGS: readonly string[] = ['jpg', 'jpeg', 'png', 'webp', 'bmp'];

/** What the user picked. */
export interface Pick {
  readonly uri: vscode.Uri;
  /** The photos directly in the folder, or the file alone. */
  readonly photos: readonly vscode.Uri[];
  readonly isFolder: boolean;
}

/** A folder's further photos are left out: nobody looks at more of them side by side. */
const FOLDER_LIMIT = 500;
const KEY = 'photos';

export class Photos {
  private readonly changed = new vscode.EventEmitter<void>();
  private picked: readonly Pick[] = [];

  /** Settles when the photos kept from before are back. */
  readonly restored: Promise<void>;

  readonly onDidChange = this.changed.event;

  constructor(private readonly memento: vscode.Memento) {
    this.restored = this.restore();
  }

  get picks(): readonly Pick[] {
    return this.picked;
  }

  /** Every photo once, in the order picked. */
  get all(): readonly PhotoView[] {
    const ids = new Set(this.picked.flatMap(({ photos }) => photos.map((uri) => uri.toString())));
    return [...ids].map((id) => ({ id, name: this.nameOf(id) }));
  }

  nameOf(photo: string): string {
    return basename(vscode.Uri.parse(photo).fsPath);
  }

  /** Adds files and folders; what is no photo is left out. Gives the photos that came with them. */
  async add(uris: readonly vscode.Uri[]): Promise<readonly vscode.Uri[]> {
    const picks = (await Promise.all(uris.map(pick))).filter((each) => each !== undefined);
    const isNew = ({ uri }: Pick): boolean => picks.every((each) => each.uri.toString() !== uri.toString());
    await this.set([...this.picked.filter(isNew), ...picks]);
    return picks.flatMap(({ photos }) => photos);
  }

  /** Takes a picked file or folder off the list; the file itself stays. */
  async remove(uri: vscode.Uri): Promise<void> {
    await this.set(this.picked.filter((each) => each.uri.toString() !== uri.toString()));
  }

  /** Reads the folders again. */
  async refresh(): Promise<void> {
    const picks = await Promise.all(this.picked.map(({ uri }) => pick(uri)));
    await this.set(picks.filter((each) => each !== undefined));
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async restore(): Promise<void> {
    const kept = this.memento.get<readonly string[]>(KEY, []);
    const picks = await Promise.all(kept.map((uri) => pick(vscode.Uri.parse(uri))));
    this.picked = [...picks.filter((each) => each !== undefined), ...this.picked];
    if (this.picked.length > 0) {
      this.changed.fire();
    }
  }

  private async set(picks: readonly Pick[]): Promise<void> {
    this.picked = picks;
    this.changed.fire();
    await this.memento.update(
      KEY,
      picks.map(({ uri }) => uri.toString()),
    );
  }
}

async function pick(uri: vscode.Uri): Promise<Pick | undefined> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.Directory) === 0) {
      return isPhoto(uri.path) ? { uri, photos: [uri], isFolder: false } : undefined;
    }
    return { uri, photos: await photosIn(uri), isFolder: true };
  } catch {
    // It has been moved or deleted since it was picked.
    return undefined;
  }
}

/** The photos directly in a folder, by name. */
export async function photosIn(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const names = entries.map(([name]) => name).filter(isPhoto);
  const inOrder = names.sort((a, b) => a.localeCompare(b, undefined, { numeric: true }));
  return inOrder.slice(0, FOLDER_LIMIT).map((name) => vscode.Uri.joinPath(folder, name));
}

/** Tells by the ending. */
export function isPhoto(path: string): boolean {
  return PHOTO_ENDINGS.includes(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}
