/** The photos that the user has picked: files, and folders of them. What holds very many is a photo set, not a part of this list. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import { isSetFile } from '../core/photos/photoSet.js';
import type { PhotoView } from '../protocol/view.js';
import type { PhotoSets } from './sets/photoSets.js';

export const PHOTO_ENDINGS: readonly string[] = ['jpg', 'jpeg', 'png', 'webp', 'bmp'];

/** Photos anywhere in a folder. */
export const PHOTO_FILES = `**/*.{${PHOTO_ENDINGS.flatMap((ending) => [ending, ending.toUpperCase()]).join(',')}}`;

/** What the user picked. */
export interface Pick {
  readonly uri: vscode.Uri;
  /** The photos directly in the folder, or the file alone. */
  readonly photos: readonly vscode.Uri[];
  readonly isFolder: boolean;
}

/** A folder of more is a photo set: nobody looks at so many side by side. */
const MOST_IN_FOLDER = 500;
const PICKED = 'photos';
const GUEST = 'guestPhoto';

/** What came onto the lists: photos by URI, photo sets by absolute path. */
export interface Added {
  readonly photos: readonly vscode.Uri[];
  readonly sets: readonly string[];
}

export class Photos {
  private readonly changed = new vscode.EventEmitter<void>();
  private picked: readonly Pick[] = [];

  /** Settles when the photos kept from before are back. */
  readonly restored: Promise<void>;

  readonly onDidChange = this.changed.event;

  /** @param sets where folders of very many photos, zips and lists go */
  constructor(
    private readonly memento: vscode.Memento,
    private readonly sets: PhotoSets,
  ) {
    this.restored = this.restore();
  }

  get picks(): readonly Pick[] {
    return this.picked;
  }

  /** Every photo once, in the order picked, and behind them the guest. */
  get all(): readonly PhotoView[] {
    const ids = new Set(this.picked.flatMap(({ photos }) => photos.map((uri) => uri.toString())));
    if (this.guest !== undefined) {
      ids.add(this.guest);
    }
    return [...ids].map((id) => ({ id, name: this.nameOf(id) }));
  }

  /** A photo that is looked at without being on the list, as one of a set. */
  get guest(): string | undefined {
    return this.memento.get<string>(GUEST);
  }

  /** Makes a photo the guest in place of another one; whoever does it chooses the photo then. */
  async visit(photo: string): Promise<void> {
    await this.memento.update(GUEST, photo);
  }

  nameOf(photo: string): string {
    return basename(vscode.Uri.parse(photo).fsPath);
  }

  /** Adds files and folders; what is no photo is left out. Gives the photos and the photo sets that came with them. */
  async add(uris: readonly vscode.Uri[]): Promise<Added> {
    const { picks, sets } = await this.picksOf(uris);
    const isNew = ({ uri }: Pick): boolean => picks.every((each) => each.uri.toString() !== uri.toString());
    await this.set([...this.picked.filter(isNew), ...picks]);
    return { photos: picks.flatMap(({ photos }) => photos), sets };
  }

  /** Takes a picked file or folder off the list; the file itself stays. */
  async remove(uri: vscode.Uri): Promise<void> {
    await this.set(this.picked.filter((each) => each.uri.toString() !== uri.toString()));
  }

  /** Reads the folders again. */
  async refresh(): Promise<void> {
    const { picks } = await this.picksOf(this.picked.map(({ uri }) => uri));
    await this.set(picks);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private async restore(): Promise<void> {
    const kept = this.memento.get<readonly string[]>(PICKED, []);
    const { picks } = await this.picksOf(kept.map((uri) => vscode.Uri.parse(uri)));
    this.picked = [...picks, ...this.picked];
    if (this.picked.length > 0) {
      this.changed.fire();
    }
  }

  /** What files and folders are to this list; photo sets among them go to the others. */
  private async picksOf(
    uris: readonly vscode.Uri[],
  ): Promise<{ picks: readonly Pick[]; sets: readonly string[] }> {
    const all = await Promise.all(uris.map(pick));
    const sets = uris.filter((_, place) => all[place] === 'set').map(({ fsPath }) => fsPath);
    if (sets.length > 0) {
      await this.sets.add(sets);
    }
    return { picks: all.filter((each) => each !== undefined && each !== 'set'), sets };
  }

  private async set(picks: readonly Pick[]): Promise<void> {
    this.picked = picks;
    this.changed.fire();
    await this.memento.update(
      PICKED,
      picks.map(({ uri }) => uri.toString()),
    );
  }
}

/** `set` for what is a photo set: a zip, a list, a folder of very many photos or of folders with some. */
async function pick(uri: vscode.Uri): Promise<Pick | 'set' | undefined> {
  try {
    const { type } = await vscode.workspace.fs.stat(uri);
    if ((type & vscode.FileType.Directory) === 0) {
      return isSetFile(uri.path)
        ? 'set'
        : isPhoto(uri.path)
          ? { uri, photos: [uri], isFolder: false }
          : undefined;
    }
    const photos = await photosIn(uri);
    const isSet = photos.length === 0 ? await hasPhotosBelow(uri) : photos.length > MOST_IN_FOLDER;
    return isSet ? 'set' : { uri, photos, isFolder: true };
  } catch {
    // It has been moved or deleted since it was picked.
    return undefined;
  }
}

/** Folders that are looked into for a first photo. */
const MOST_SEARCHED = 1000;

/** Looks from the outer folders inwards until there is a photo. */
async function hasPhotosBelow(folder: vscode.Uri): Promise<boolean> {
  const folders = [folder];
  for (let place = 0; place < Math.min(folders.length, MOST_SEARCHED); place++) {
    const here = folders[place] ?? folder;
    const entries = await vscode.workspace.fs.readDirectory(here);
    if (entries.some(([name]) => isPhoto(name))) {
      return true;
    }
    const below = entries.filter(
      ([name, type]) => type === vscode.FileType.Directory && !name.startsWith('.'),
    );
    folders.push(...below.map(([name]) => vscode.Uri.joinPath(here, name)));
  }
  return false;
}

/** The photos directly in a folder, by name. */
export async function photosIn(folder: vscode.Uri): Promise<readonly vscode.Uri[]> {
  const entries = await vscode.workspace.fs.readDirectory(folder);
  const names = entries.map(([name]) => name).filter(isPhoto);
  // Made once: `localeCompare` would make one for each pair of names.
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  return names.sort(compare).map((name) => vscode.Uri.joinPath(folder, name));
}

/** Tells by the ending. */
export function isPhoto(path: string): boolean {
  return PHOTO_ENDINGS.includes(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}
