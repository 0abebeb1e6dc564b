/** The indexes of photos that the workspace knows: made here, on the command line, or on a cluster. */

import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';

import * as vscode from 'vscode';

import {
  openIndexedPhotos,
  originalModelFile,
  photosRootOf,
} from '../../core/analysis/photoSet/indexOrigin.js';
import { windowOfUnit } from '../../core/analysis/photoSet/topPatches.js';
import { UserError } from '../../core/errors.js';
import type { RgbImage } from '../../core/imaging/image.js';
import { modelHash } from '../../core/network/modelFiles.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import type { IndexedLayer } from '../../core/store/indexManifest.js';
import { openIndex, photosOfParts } from '../../core/store/photoIndex.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import type { IndexesView, IndexView } from '../../protocol/indexView.js';
import type { Background } from '../background/background.js';
import type { IndexedMap } from '../background/requests.js';
import type { ModelFile, OpenModel } from '../modelFiles.js';

const INDEXES = 'indexes';
const CHOSEN = 'chosenIndexes';
/** Parts come one by one; whoever listens hears of several at once. */
const QUIET_MS = 250;

/** What is remembered of an index: enough to say of one that cannot be opened whose it is. */
interface Known {
  readonly store: string;
  readonly root: string;
  /** Where the model lay, and its hash. */
  readonly model: string;
  readonly sha256: string;
}

interface Opened {
  readonly stamp: string;
  readonly index: Promise<PhotoIndex>;
}

type IndexedPhotos = Awaited<ReturnType<typeof openIndexedPhotos>>;

export class Indexes {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly opened = new Map<string, Opened>();
  private readonly sources = new Map<
    string,
    { readonly stamp: string; readonly photos: Promise<IndexedPhotos> }
  >();
  private readonly hashes = new Map<string, { readonly stamp: string; readonly hash: Promise<string> }>();
  private readonly watchers = new Map<string, vscode.Disposable>();
  private telling: NodeJS.Timeout | undefined;

  /** Fires when an index comes, goes, grows, or is chosen. */
  readonly onDidChange = this.changed.event;

  /**
   * @param folder where the indexes lie that are made in this workspace
   * @param thread draws photos of indexes
   */
  constructor(
    private readonly memento: vscode.Memento,
    private readonly folder: string,
    private readonly thread: Background,
  ) {
    this.known.forEach(({ store }) => {
      this.watch(store);
    });
  }

  /**
   * The folder of the index of a set that is made here.
   * @param model its file
   * @param root the set's folder, zip or list
   * @param layers where they are not the usual ones
   */
  storeFor(model: string, root: string, layers?: readonly string[]): string {
    const made = layers === undefined ? [model, root] : [model, root, layers];
    const hash = createHash('sha256').update(JSON.stringify(made)).digest('hex').slice(0, 8);
    const plain = (path: string): string =>
      basename(path)
        .replace(/\.(onnx|zip|csv)$/i, '')
        .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
        .slice(0, 40);
    return join(this.folder, `${plain(model)}-${plain(root)}-${hash}`);
  }

  /** Remembers an index. @throws UserError where there is none */
  async add(store: string): Promise<PhotoIndex> {
    const index = await this.open(store);
    const { sha256 } = index.manifest.model;
    const known: Known = { store, root: photosRootOf(index), model: originalModelFile(index), sha256 };
    await this.memento.update(INDEXES, [...this.known.filter((each) => each.store !== store), known]);
    this.watch(store);
    this.tell();
    return index;
  }

  /** Forgets an index; its files stay. */
  async forget(store: string): Promise<void> {
    await this.memento.update(
      INDEXES,
      this.known.filter((each) => each.store !== store),
    );
    this.watchers.get(store)?.dispose();
    this.watchers.delete(store);
    this.opened.delete(store);
    this.tell();
  }

  /** The indexes of a model, the one added last first. @throws UserError where the model cannot be opened */
  async of(file: ModelFile): Promise<readonly IndexView[]> {
    const { known } = this;
    if (known.length === 0) {
      return [];
    }
    const model = await file.get();
    const hash = await this.hashOf(model);
    const own = known.filter(({ sha256, model: made }) => sha256 === hash || made === file.uri.fsPath);
    return Promise.all(own.reverse().map((each) => this.viewOf(each, model, hash)));
  }

  /** What panels are told. */
  async view(file: ModelFile): Promise<IndexesView> {
    const indexes = await this.of(file);
    const usable = indexes.filter(({ problem, indexed }) => problem === null && indexed > 0);
    const last = this.chosen[file.uri.toString()];
    const chosen = usable.find(({ store }) => store === last) ?? usable[0];
    return { indexes, chosen: chosen?.store ?? null };
  }

  /** The index that is shown of a model: the last one chosen, or the one added last; undefined where none can be used. */
  async chosenOf(file: ModelFile): Promise<IndexView | undefined> {
    const { indexes, chosen } = await this.view(file);
    return indexes.find(({ store }) => store === chosen);
  }

  async choose(model: vscode.Uri, store: string): Promise<void> {
    await this.memento.update(CHOSEN, { ...this.chosen, [model.toString()]: store });
    this.changed.fire();
  }

  /** An index as it is now: kept open until its parts change. @throws UserError where there is none, or it is damaged */
  async open(store: string): Promise<PhotoIndex> {
    const stamps = await Promise.all(['manifest.json', 'photos'].map((name) => changedAt(join(store, name))));
    const stamp = stamps.join(' ');
    const before = this.opened.get(store);
    if (before?.stamp === stamp) {
      return before.index;
    }
    const index = openIndex(store);
    this.opened.set(store, { stamp, index });
    index.catch(() => this.opened.delete(store));
    return index;
  }

  /** The photos of an index, to be read one by one; they stay open. @throws UserError where they are no longer there */
  async photos(store: string): Promise<Pick<PhotoSet, 'read'>> {
    const index = await this.open(store);
    const stamp = `${index.manifest.set.sha256} ${await changedAt(photosRootOf(index))}`;
    const before = this.sources.get(store);
    if (before?.stamp === stamp) {
      return before.photos;
    }
    void before?.photos.then((photos) => photos.close()).catch(() => undefined);
    const photos = openIndexedPhotos(index);
    this.sources.set(store, { stamp, photos });
    photos.catch(() => this.sources.delete(store));
    return photos;
  }

  /** A photo of an index, by its number, as a PNG. @param side of the square that it fits in, in pixels */
  thumbnail(store: string, photo: number, side: number): Promise<Uint8Array> {
    return this.thread.request('indexedPicture', { store, photo, side });
  }

  /** What an index says of maps of a layer, read in the background. @param maps those; the strongest where left out */
  maps(
    store: string,
    layer: string,
    wanted: { readonly maps?: readonly number[]; readonly strongest: number; readonly photos: number },
  ): Promise<readonly IndexedMap[]> {
    return this.thread.request('indexedMaps', { store, layer, ...wanted });
  }

  /** What the units of a map see of their photos, in so many columns, drawn in the background. */
  patches(
    store: string,
    { network }: OpenModel,
    { tensor }: Pick<IndexedLayer, 'tensor'>,
    units: IndexedMap['units'],
    columns: number,
  ): Promise<RgbImage> {
    const seen = units.map(({ path, row, column }) => ({
      path,
      window: windowOfUnit(network, { tensor }, { row, column }),
    }));
    return this.thread.request('patches', { store, units: seen, input: network.input, columns });
  }

  dispose(): void {
    clearTimeout(this.telling);
    this.changed.dispose();
    this.watchers.forEach((each) => {
      each.dispose();
    });
    this.sources.forEach(({ photos }) => {
      void photos.then((each) => each.close()).catch(() => undefined);
    });
  }

  private get known(): readonly Known[] {
    return this.memento.get<readonly Known[]>(INDEXES, []);
  }

  private get chosen(): Readonly<Record<string, string>> {
    return this.memento.get<Readonly<Record<string, string>>>(CHOSEN, {});
  }

  private async viewOf(known: Known, model: OpenModel, hash: string): Promise<IndexView> {
    const { store, root } = known;
    try {
      const index = await this.open(store);
      const { manifest, parts } = index;
      const own = photosRootOf(index);
      return {
        store,
        set: basename(own),
        root: own,
        photos: manifest.set.photos,
        indexed: photosOfParts(manifest, parts),
        layers: manifest.layers.map(({ name, maps, rows, columns, vectors }) => ({
          ...{ name, maps, rows, columns, vectors },
        })),
        problem: problemOf(index, model, hash) ?? null,
      };
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      const nothing = { photos: 0, indexed: 0, layers: [] };
      return { store, set: basename(root), root, ...nothing, problem: error.message };
    }
  }

  /** The hash of a model's files, kept until they change. */
  private hashOf({ uri, stamp, network }: OpenModel): Promise<string> {
    const key = uri.toString();
    const before = this.hashes.get(key);
    if (before?.stamp === stamp) {
      return before.hash;
    }
    const hash = modelHash(network.model);
    this.hashes.set(key, { stamp, hash });
    hash.catch(() => this.hashes.delete(key));
    return hash;
  }

  /** Parts may come from anywhere. */
  private watch(store: string): void {
    if (this.watchers.has(store)) {
      return;
    }
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(join(store, 'photos')), '*'),
    );
    const told = (): void => {
      this.tell();
    };
    const listening = [watcher.onDidCreate(told), watcher.onDidDelete(told)];
    this.watchers.set(store, vscode.Disposable.from(watcher, ...listening));
  }

  private tell(): void {
    this.telling ??= setTimeout(() => {
      this.telling = undefined;
      this.changed.fire();
    }, QUIET_MS);
  }
}

/** Why an index does not go with a model. */
function problemOf({ manifest }: PhotoIndex, { network, view }: OpenModel, hash: string): string | undefined {
  if (manifest.model.sha256 !== hash) {
    return vscode.l10n.t('{0} has changed since this index was made: index the photos again.', view.name);
  }
  const [made, now] = [manifest.inputShape, network.input.shape].map((shape) => shape.join('×'));
  return made === now
    ? undefined
    : vscode.l10n.t(
        'This index was made for images of {0}, and {1} is open for {2}: choose that image size, or index the photos again.',
        made ?? '',
        view.name,
        now ?? '',
      );
}

async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );
}
