/** Rows of photo sets: a set, its index, its labels with their classes, and the photos of each. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import { BoundedCache } from '../../core/boundedCache.js';
import type { SetListing } from '../background/requests.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { pngUri } from '../thumbnails.js';
import { indexRow } from './setIndexRow.js';
import { labelRow } from './setLabelRow.js';
import type { LabelItem } from './setLabelRow.js';

/** A row of a set: `set` is its folder, zip or list. */
export type SetItem =
  | { readonly kind: 'set' | 'index'; readonly set: string }
  | LabelItem
  | (Range & { readonly kind: 'range' })
  | { readonly kind: 'setPhoto'; readonly set: string; readonly path: string }
  | { readonly kind: 'failure'; readonly set: string; readonly message: string };

/** Photos of a label from one to another. */
interface Range {
  readonly set: string;
  readonly label: string | null;
  readonly from: number;
  readonly count: number;
}

/** More photos are shown by ranges of so many: VS Code takes all rows below one at once. */
const MOST_ROWS = 100;
const ICON = 32;
const PREVIEW = 192;
const KEPT_ICONS = 2000;

/** What a set's own row says behind its name. */
interface Summary {
  readonly text: string;
  readonly tooltip: string;
}

export class SetRows {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listening: vscode.Disposable[];
  private readonly summaries = new Map<string, Summary>();
  private readonly icons = new BoundedCache<vscode.Uri>(KEPT_ICONS);
  private readonly asked = new Set<string>();
  private underWay = 0;

  /** Fires when rows are to be drawn again. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly services: Pick<Services, 'photoSets' | 'indexes' | 'selection' | 'jobs'>) {
    const { photoSets, indexes, selection, jobs } = services;
    const again = (): void => {
      this.summaries.clear();
      this.changed.fire();
    };
    const listening = jobs.onDidChange((entry) => {
      if (entry === undefined) {
        this.changed.fire();
      }
    });
    this.listening = [
      this.changed,
      photoSets.onDidChange(again),
      indexes.onDidChange(() => {
        this.changed.fire();
      }),
      selection.onDidChangeModel(again),
      new vscode.Disposable(() => {
        listening.dispose();
      }),
    ];
  }

  get all(): SetItem[] {
    return this.services.photoSets.all.map((set) => ({ kind: 'set', set }));
  }

  async children(item: SetItem): Promise<SetItem[]> {
    switch (item.kind) {
      case 'set':
        return this.partsOf(item.set);
      case 'label':
        return this.photosOf({ set: item.set, label: item.label, from: 0, count: item.photos });
      case 'range':
        return this.photosOf(item);
      default:
        return [];
    }
  }

  row(item: SetItem): vscode.TreeItem | Promise<vscode.TreeItem> {
    switch (item.kind) {
      case 'set':
        return this.setRow(item.set);
      case 'index':
        return indexRow(this.services, item.set);
      case 'label':
        return labelRow(item, this.services.selection.file?.current);
      case 'range':
        return rangeRow(item);
      case 'setPhoto':
        return this.photoRow(item.set, item.path);
      case 'failure':
        return failureRow(item.message);
    }
  }

  /** A larger picture of a photo; undefined for other rows, and for what cannot be decoded. */
  async preview(item: SetItem): Promise<vscode.Uri | undefined> {
    return item.kind === 'setPhoto' ? this.picture(item.set, item.path, PREVIEW) : undefined;
  }

  dispose(): void {
    this.listening.forEach((each) => {
      each.dispose();
    });
  }

  private async partsOf(set: string): Promise<SetItem[]> {
    const { photoSets } = this.services;
    let listing: SetListing;
    try {
      listing = await photoSets.listing(set);
    } catch (error) {
      return [{ kind: 'failure', set, message: error instanceof Error ? error.message : String(error) }];
    }
    const model = await this.model();
    const index: SetItem[] = model === undefined ? [] : [{ kind: 'index', set }];
    if (listing.labels.length === 0) {
      return [...index, ...(await this.photosOf({ set, label: null, from: 0, count: listing.photos }))];
    }
    const matches = new Map(
      model?.network.scores === undefined
        ? []
        : (await photoSets.matches(set, model)).map((match) => [match.label, match]),
    );
    const labels = listing.labels.map(({ label, photos }): LabelItem => ({
      ...{ kind: 'label', set, label, photos },
      match: matches.get(label),
    }));
    const isOpen = ({ match }: LabelItem): boolean => match !== undefined && match.by === undefined;
    const without: SetItem[] =
      listing.unlabelled === 0
        ? []
        : [{ kind: 'label', set, label: null, photos: listing.unlabelled, match: undefined }];
    // What somebody has to do something about comes first.
    return [...index, ...labels.filter(isOpen), ...labels.filter((each) => !isOpen(each)), ...without];
  }

  private async photosOf({ set, label, from, count }: Range): Promise<SetItem[]> {
    if (count > MOST_ROWS) {
      return Array.from({ length: Math.ceil(count / MOST_ROWS) }, (_, part) => ({
        ...{ kind: 'range', set, label, from: from + part * MOST_ROWS },
        count: Math.min(MOST_ROWS, count - part * MOST_ROWS),
      }));
    }
    const paths = await this.services.photoSets.photosOf(set, label, from, count);
    return paths.map((path) => ({ kind: 'setPhoto', set, path }));
  }

  private setRow(set: string): vscode.TreeItem {
    const row = new vscode.TreeItem(basename(set), vscode.TreeItemCollapsibleState.Collapsed);
    const summary = this.summaries.get(set);
    row.id = `set ${set}`;
    row.contextValue = 'set picked';
    row.iconPath = new vscode.ThemeIcon('library');
    row.description = summary?.text ?? vscode.l10n.t('listing the photos');
    row.tooltip = [set, ...(summary === undefined ? [] : [summary.tooltip])].join('\n');
    if (summary === undefined) {
      void this.summarize(set);
    }
    return row;
  }

  private async summarize(set: string): Promise<void> {
    const { photoSets } = this.services;
    // While it is made, nobody else makes it.
    this.summaries.set(set, { text: vscode.l10n.t('listing the photos'), tooltip: '' });
    try {
      const { photos, labels } = await photoSets.listing(set);
      const model = await this.model();
      const isClassified = model?.network.scores !== undefined && labels.length > 0;
      const open = isClassified
        ? (await photoSets.matches(set, model)).filter(({ by }) => by === undefined).length
        : 0;
      const parts = [
        vscode.l10n.t('{0} photos', photos.toLocaleString()),
        ...(labels.length === 0 ? [] : [vscode.l10n.t('{0} labels', labels.length.toLocaleString())]),
        ...(open === 0 ? [] : [vscode.l10n.t('{0} without a class', open)]),
      ];
      this.summaries.set(set, { text: parts.join(', '), tooltip: parts.join('\n') });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.summaries.set(set, { text: vscode.l10n.t('cannot be listed'), tooltip: message });
    }
    this.changed.fire();
  }

  private photoRow(set: string, path: string): vscode.TreeItem {
    const row = new vscode.TreeItem(basename(path));
    const key = `${set} ${path}`;
    row.id = `photo ${key}`;
    row.contextValue = 'photo ofSet';
    row.iconPath = this.icons.get(key) ?? new vscode.ThemeIcon('file-media');
    if (this.icons.get(key) === undefined && !this.asked.has(key)) {
      this.asked.add(key);
      void this.drawIcon(set, path, key);
    }
    return row;
  }

  /** Rows are drawn again once all icons that are under way are there: each time, what is under the pointer is another row. */
  private async drawIcon(set: string, path: string, key: string): Promise<void> {
    this.underWay++;
    const icon = await this.picture(set, path, ICON);
    this.underWay--;
    if (icon !== undefined) {
      this.icons.set(key, icon);
      // Once it is no longer kept, it is asked for again; what cannot be decoded is not.
      this.asked.delete(key);
    }
    if (this.underWay === 0) {
      this.changed.fire();
    }
  }

  private async picture(set: string, path: string, side: number): Promise<vscode.Uri | undefined> {
    try {
      return pngUri(await this.services.photoSets.picture(set, path, side));
    } catch {
      // Whoever uses the photo says why.
      return undefined;
    }
  }

  /** The active model; undefined where there is none, or it cannot be opened, which is said where it is shown. */
  private async model(): Promise<OpenModel | undefined> {
    return this.services.selection.file?.get().catch(() => undefined);
  }
}

function rangeRow({ set, label, from, count }: Range): vscode.TreeItem {
  const row = new vscode.TreeItem(
    `${(from + 1).toLocaleString()} – ${(from + count).toLocaleString()}`,
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  row.id = `range ${set} ${JSON.stringify(label)} ${from}`;
  row.contextValue = 'range';
  row.iconPath = new vscode.ThemeIcon('list-ordered');
  return row;
}

function failureRow(message: string): vscode.TreeItem {
  const row = new vscode.TreeItem(message);
  row.iconPath = new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  row.tooltip = message;
  return row;
}
