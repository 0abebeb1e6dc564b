/** The photos that the user picked, and below them the photo sets. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import type { Services } from '../services.js';
import { visitSetPhoto } from '../sets/setPhotos.js';
import { thumbnailUri } from '../thumbnails.js';
import { SetRows } from './setRows.js';
import type { SetItem } from './setRows.js';
import { TreeSelection } from './treeSelection.js';

/** A row: what commands on it are about. */
export interface PhotoItem {
  readonly kind: 'photo' | 'folder';
  readonly uri: vscode.Uri;
  /** Set on rows that can be taken off the list. */
  readonly isPicked: boolean;
  readonly folder?: vscode.Uri;
}

/** Sides of icons and of pictures in tooltips, in pixels. */
const ICON = 32;
const PREVIEW = 192;
const REDRAW_MS = 150;

type Item = PhotoItem | SetItem;

export class PhotosView implements vscode.TreeDataProvider<Item> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly disposables: vscode.Disposable[];
  private readonly tree: vscode.TreeView<Item>;
  private readonly chosenRows: TreeSelection<Item>;
  private readonly sets: SetRows;
  /** Small pictures by URI, undefined while and where there is none. */
  private readonly icons = new Map<string, vscode.Uri | undefined>();
  private redrawing: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly services: Services) {
    const { selection } = services;
    this.sets = new SetRows(services);
    this.tree = vscode.window.createTreeView('unpool.photos', { treeDataProvider: this });
    this.chosenRows = new TreeSelection(this.tree, idOf);
    this.disposables = [
      this.changed,
      this.tree,
      this.sets,
      this.sets.onDidChange(() => {
        this.redrawSoon();
      }),
      selection.photos.onDidChange(() => {
        this.changed.fire(undefined);
      }),
      selection.onDidChangeSelection(() => {
        void this.revealSelected();
      }),
      this.chosenRows.onDidChoose((item) => {
        if (item.kind === 'photo') {
          selection.selectPhoto(item.uri.toString());
        } else if (item.kind === 'setPhoto') {
          visitSetPhoto(services, item.set, item.path).catch((error: unknown) => {
            void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
          });
        }
      }),
    ];
  }

  async getChildren(item?: Item): Promise<Item[]> {
    const { photos } = this.services.selection;
    await photos.restored;
    if (item === undefined) {
      void this.revealSelected();
      const picks = photos.picks.map(({ uri, isFolder }): PhotoItem => ({
        kind: isFolder ? 'folder' : 'photo',
        uri,
        isPicked: true,
      }));
      return [...picks, ...this.sets.all];
    }
    if ('set' in item) {
      return this.sets.children(item);
    }
    const picked = photos.picks.find(({ uri }) => uri.toString() === item.uri.toString());
    return item.kind === 'photo' || picked === undefined
      ? []
      : picked.photos.map((uri) => ({ kind: 'photo', uri, isPicked: false, folder: item.uri }));
  }

  /** Rows of sets are chosen in the tree alone: none of them is revealed. */
  getParent(item: Item): Item | undefined {
    return 'folder' in item ? { kind: 'folder', uri: item.folder, isPicked: true } : undefined;
  }

  getTreeItem(item: Item): vscode.TreeItem | Promise<vscode.TreeItem> {
    if ('set' in item) {
      return this.sets.row(item);
    }
    const { kind, uri, isPicked } = item;
    const row = new vscode.TreeItem(
      basename(uri.fsPath),
      kind === 'folder' ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None,
    );
    row.id = idOf(item);
    row.contextValue = isPicked ? `${kind} picked` : kind;
    if (kind === 'folder') {
      row.iconPath = new vscode.ThemeIcon('folder');
      row.tooltip = uri.fsPath;
    } else {
      row.iconPath = this.iconOf(uri) ?? new vscode.ThemeIcon('file-media');
    }
    return row;
  }

  /** Called when the pointer rests on a row. */
  async resolveTreeItem(row: vscode.TreeItem, item: Item): Promise<vscode.TreeItem> {
    if (item.kind === 'photo' || item.kind === 'setPhoto') {
      const picture = await ('set' in item ? this.sets.preview(item) : this.pictureOf(item.uri, PREVIEW));
      const text = new vscode.MarkdownString();
      text.appendText('set' in item ? item.path : item.uri.fsPath);
      row.tooltip = picture === undefined ? text : text.appendMarkdown(`\n\n![](${picture.toString()})`);
    }
    return row;
  }

  dispose(): void {
    clearTimeout(this.redrawing);
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  /** The icon, if it is there; it is made otherwise, and the row drawn again. */
  private iconOf(uri: vscode.Uri): vscode.Uri | undefined {
    const key = uri.toString();
    if (!this.icons.has(key)) {
      this.icons.set(key, undefined);
      void this.pictureOf(uri, ICON).then((picture) => {
        if (picture !== undefined) {
          this.icons.set(key, picture);
          this.redrawSoon();
        }
      });
    }
    return this.icons.get(key);
  }

  /** Icons come one by one; the rows are drawn again once for several. */
  private redrawSoon(): void {
    this.redrawing ??= setTimeout(() => {
      this.redrawing = undefined;
      this.changed.fire(undefined);
    }, REDRAW_MS);
  }

  /** Undefined for a file that cannot be decoded: whoever uses the photo says why. */
  private async pictureOf(uri: vscode.Uri, side: number): Promise<vscode.Uri | undefined> {
    try {
      return await thumbnailUri(this.services.photoThread, uri, side);
    } catch {
      return undefined;
    }
  }

  private async revealSelected(): Promise<void> {
    const { photo, photos } = this.services.selection;
    const pick = photos.picks.find(({ photos: each }) => each.some((uri) => uri.toString() === photo));
    if (photo === undefined || pick === undefined) {
      return;
    }
    const uri = vscode.Uri.parse(photo);
    const item: PhotoItem = pick.isFolder
      ? { kind: 'photo', uri, isPicked: false, folder: pick.uri }
      : { kind: 'photo', uri, isPicked: true };
    const isWanted = (): boolean =>
      this.services.selection.photo === photo &&
      !this.tree.selection.some((row) => 'uri' in row && row.uri.toString() === photo);
    await this.chosenRows.reveal(item, isWanted);
  }
}

function idOf(item: Item): string {
  return 'set' in item ? JSON.stringify(item) : `${item.folder?.toString() ?? ''} ${item.uri.toString()}`;
}
