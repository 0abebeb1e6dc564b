/** The models of the workspace, and those opened from elsewhere. */

import { dirname } from 'node:path';

import * as vscode from 'vscode';

import type { Selection } from '../selection.js';
import { findModels, MODEL_FILES, MOST_MODELS } from '../workspaceModels.js';

/** A row: what commands on it are about. */
export interface ModelItem {
  readonly kind: 'model';
  readonly uri: vscode.Uri;
}

export class ModelsView implements vscode.TreeDataProvider<ModelItem> {
  private readonly changed = new vscode.EventEmitter<undefined>();
  private readonly disposables: vscode.Disposable[];
  private watcher: vscode.FileSystemWatcher | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly selection: Selection) {
    this.disposables = [
      this.changed,
      selection.onDidChangeModel(() => {
        this.refresh();
      }),
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.refresh();
      }),
    ];
  }

  refresh(): void {
    this.changed.fire(undefined);
  }

  async getChildren(item?: ModelItem): Promise<ModelItem[]> {
    if (item !== undefined) {
      return [];
    }
    this.watch();
    const found = await findModels(MOST_MODELS);
    // Before, the view would say that there is none.
    void vscode.commands.executeCommand('setContext', 'unpool.hasSearched', true);
    const active = this.selection.file?.uri;
    const isListed = found.some((uri) => uri.toString() === active?.toString());
    const uris = active === undefined || isListed ? found : [...found, active];
    return uris.map((uri) => ({ kind: 'model', uri }));
  }

  getTreeItem({ uri }: ModelItem): vscode.TreeItem {
    const isActive = uri.toString() === this.selection.file?.uri.toString();
    const item = new vscode.TreeItem(uri);
    item.id = uri.toString();
    item.iconPath = new vscode.ThemeIcon(isActive ? 'eye' : 'file-binary');
    item.description = folderText(uri);
    item.contextValue = 'model';
    item.command = {
      command: 'unpool.openModel',
      title: vscode.l10n.t('Open Model'),
      arguments: [{ uri }],
    };
    item.accessibilityInformation = {
      label: isActive ? vscode.l10n.t('{0}, active model', uri.path) : uri.path,
    };
    return item;
  }

  dispose(): void {
    this.watcher?.dispose();
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  /** Models come and go while the view is shown; nobody watches before. */
  private watch(): void {
    if (this.watcher === undefined) {
      this.watcher = vscode.workspace.createFileSystemWatcher(MODEL_FILES, false, true, false);
      this.watcher.onDidCreate(() => {
        this.refresh();
      });
      this.watcher.onDidDelete(() => {
        this.refresh();
      });
    }
  }
}

function folderText(uri: vscode.Uri): string {
  const folder = vscode.Uri.file(dirname(uri.fsPath));
  const isRoot = vscode.workspace.workspaceFolders?.some((each) => each.uri.fsPath === folder.fsPath);
  return isRoot === true ? '' : vscode.workspace.asRelativePath(folder);
}
