/** The selected row of a tree, which a person chooses and which follows what is chosen elsewhere. */

import { setTimeout as pause } from 'node:timers/promises';

import type * as vscode from 'vscode';

/** VS Code takes rows in some time after it asked for them, and does not say when; in milliseconds. */
const TRIES = [0, 50, 100, 200, 400, 800, 1600, 3200];

export class TreeSelection<Item> {
  /** Rows that are being selected from here: what the tree says of them meanwhile is no choice of a person. */
  private readonly own = new Set<string>();

  /** @param keyOf tells rows of the tree apart */
  constructor(
    private readonly tree: vscode.TreeView<Item>,
    private readonly keyOf: (item: Item) => string,
  ) {}

  /** Calls back when a person has selected a row. */
  onDidChoose(callback: (item: Item) => void): vscode.Disposable {
    return this.tree.onDidChangeSelection(({ selection: [item] }) => {
      if (item !== undefined && !this.own.has(this.keyOf(item))) {
        callback(item);
      }
    });
  }

  /**
   * Selects a row once the tree has it.
   * @param isWanted false when the row is shown by now, or another one is to be
   */
  async reveal(row: Item, isWanted: () => boolean): Promise<void> {
    const key = this.keyOf(row);
    for (const delay of TRIES) {
      await pause(delay);
      if (!this.tree.visible || !isWanted()) {
        return;
      }
      this.own.add(key);
      try {
        await this.tree.reveal(row, { select: true, focus: false });
        return;
      } catch {
        // The tree does not have the row yet, or was filled with others meanwhile.
      } finally {
        this.own.delete(key);
      }
    }
  }
}
