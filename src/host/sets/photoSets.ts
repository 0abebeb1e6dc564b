/** The photo sets of the workspace: folders, zips and lists of many photos, listed in the background. */

import * as vscode from 'vscode';

import { labelMatches } from '../../core/analysis/photoSet/labelMatches.js';
import { UserError } from '../../core/errors.js';
import type { ClassMatch } from '../../core/photos/classMatch.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import { openKnownPhotos } from '../../core/photos/photoSet.js';
import type { Background } from '../background/background.js';
import type { SetListing } from '../background/requests.js';
import type { OpenModel } from '../modelFiles.js';

const KEY = 'photoSets';

export class PhotoSets {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listings = new Map<string, Promise<SetListing>>();

  /** Fires when a set is added, taken off the list, or listed again. */
  readonly onDidChange = this.changed.event;

  /** @param thread lists sets and draws their photos */
  constructor(
    private readonly memento: vscode.Memento,
    private readonly thread: Background,
  ) {}

  /** Absolute paths of folders, zips and lists, in the order they were added. */
  get all(): readonly string[] {
    return this.memento.get<readonly string[]>(KEY, []);
  }

  async add(roots: readonly string[]): Promise<void> {
    const known = this.all;
    await this.set([...known, ...new Set(roots.filter((root) => !known.includes(root)))]);
  }

  /** Takes a set off the list; its photos and indexes stay. */
  async remove(root: string): Promise<void> {
    this.listings.delete(root);
    await this.set(this.all.filter((each) => each !== root));
  }

  /** Lists every set again, when somebody looks at it. */
  async refresh(): Promise<void> {
    const before = [...this.listings.keys()];
    this.listings.clear();
    await Promise.allSettled(before.map((root) => this.list(root, true)));
    this.changed.fire();
  }

  /** What a set has. @throws Error with one line where it cannot be listed */
  listing(root: string): Promise<SetListing> {
    return this.listings.get(root) ?? this.list(root, false);
  }

  /** Every label of a set, in alphabetical order, with the class of a model that it means. */
  async matches(root: string, { network, view }: OpenModel): Promise<readonly ClassMatch[]> {
    const { labels } = await this.listing(root);
    return labelMatches(network, { photos: labels }, view.labels);
  }

  /** Paths in the set of photos with a label, in order. @param label null for photos that have none */
  photosOf(root: string, label: string | null, from: number, count: number): Promise<readonly string[]> {
    return this.thread.request('setPhotos', { root, label, from, count });
  }

  /** A set to go over: listed anew, and out of a zip also read, in the background. @throws Error where it cannot be listed */
  async open(root: string): Promise<PhotoSet> {
    await this.list(root, true);
    this.changed.fire();
    const { kind, photos } = await this.thread.request('listPhotos', { root });
    if (kind === 'zip') {
      // It stays open where it is listed.
      const read: PhotoSet['read'] = ({ path, bytes }) => this.bytes(root, path, bytes);
      return { kind, root, photos, read, close: () => Promise.resolve() };
    }
    const { read, close } = await openKnownPhotos(root);
    return { kind, root, photos, read, close };
  }

  /** The bytes of a photo's file. @param size that it was listed with */
  async bytes(root: string, path: string, size?: number): Promise<Uint8Array> {
    try {
      return await this.thread.request('setFile', { root, path, bytes: size });
    } catch (error) {
      // What a photo is at fault for is told of it, and is no failure of who reads it.
      throw error instanceof Error && error.message.startsWith(path) ? new UserError(error.message) : error;
    }
  }

  /** A photo of a set as a PNG. @param side of the square that it fits in, in pixels */
  picture(root: string, path: string, side: number): Promise<Uint8Array> {
    return this.thread.request('setPicture', { root, path, side });
  }

  dispose(): void {
    this.changed.dispose();
  }

  private list(root: string, again: boolean): Promise<SetListing> {
    const listing = this.thread.request('listSet', { root, again });
    this.listings.set(root, listing);
    listing.catch(() => {
      // The next one who asks tries again.
      if (this.listings.get(root) === listing) {
        this.listings.delete(root);
      }
    });
    return listing;
  }

  private async set(roots: readonly string[]): Promise<void> {
    await this.memento.update(KEY, roots);
    this.changed.fire();
  }
}
