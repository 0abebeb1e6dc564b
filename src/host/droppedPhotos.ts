/** Photos whose bytes were dropped on a panel, as from outside of VS Code, which does not say where the file is. */

import { createHash } from 'node:crypto';

import * as vscode from 'vscode';

export class DroppedPhotos {
  /** @param folder where the workspace's own copies are kept */
  constructor(private readonly folder: vscode.Uri) {}

  /** Keeps a copy; the same photo is kept once. */
  async store(name: string, bytes: Uint8Array): Promise<vscode.Uri> {
    const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    const file = vscode.Uri.joinPath(this.folder, hash, name.replaceAll(/[/\\]/g, '_'));
    await vscode.workspace.fs.writeFile(file, bytes);
    return file;
  }

  /** Deletes a copy that is no longer listed; other files stay. */
  async forget(uri: vscode.Uri): Promise<void> {
    if (uri.toString().startsWith(`${this.folder.toString()}/`)) {
      await vscode.workspace.fs.delete(vscode.Uri.joinPath(uri, '..'), { recursive: true });
    }
  }
}
