/** Selecting rows of trees. */

import { setTimeout as pause } from 'node:timers/promises';

import type * as vscode from 'vscode';

/** VS Code takes rows in some time after it asked for them, and does not say when; in milliseconds. */
const TRIES = [0, 50, 100, 200, 400, 800, 1600, 3200];

/**
 * Selects a row once the tree has it.
 * @param isWanted false when the row is shown by now, or another one is to be
 */
export async function revealRow<Item>(
  tree: vscode.TreeView<Item>,
  row: Item,
  isWanted: () => boolean,
): Promise<void> {
  for (const delay of TRIES) {
    await pause(delay);
    if (!tree.visible || !isWanted()) {
      return;
    }
    try {
      await tree.reveal(row, { select: true, focus: false });
      return;
    } catch {
      // The tree does not have the row yet, or was filled with others meanwhile.
    }
  }
}
