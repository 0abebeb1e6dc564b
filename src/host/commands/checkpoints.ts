/** Opening a folder of checkpoints as a time line. */

import * as vscode from 'vscode';

import { checkpointFiles } from '../../core/analysis/models/checkpointFiles.js';
import type { Panels } from '../panels/panels.js';

/**
 * Shows the time line of a folder: the explorer's, or one that the user picks. The panel is the last checkpoint's.
 * @throws UserError for a folder that is no time line
 */
export async function openCheckpoints(panels: Panels, argument: unknown): Promise<void> {
  const folder = argument instanceof vscode.Uri ? argument : await browse();
  if (folder !== undefined) {
    const { files } = await checkpointFiles(folder.fsPath);
    await panels.show('evolution', vscode.Uri.file(files.at(-1)?.file ?? ''));
  }
}

async function browse(): Promise<vscode.Uri | undefined> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: vscode.l10n.t('Unpool: Open Checkpoints'),
      openLabel: vscode.l10n.t('Open'),
    })) ?? [];
  return folder;
}
