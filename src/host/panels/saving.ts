/** Saving what a panel shows as a file. */

import * as vscode from 'vscode';

/**
 * Asks where to and writes; false when the user cancelled.
 * @param content makes the file's bytes once it is known where to; undefined where that was cancelled
 */
export async function saveAs(
  name: string,
  ending: string,
  kind: string,
  content: () => Promise<Uint8Array | undefined>,
): Promise<boolean> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const fileName = `${name.replaceAll(/[^\w.-]+/g, '-')}.${ending}`;
  const chosen = await vscode.window.showSaveDialog({
    filters: { [kind]: [ending] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, fileName) }),
  });
  const bytes = chosen && (await content());
  if (chosen === undefined || bytes === undefined) {
    return false;
  }
  await vscode.workspace.fs.writeFile(chosen, bytes);
  return true;
}
