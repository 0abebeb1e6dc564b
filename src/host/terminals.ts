/** The command line in VS Code's terminals, where the commands that panels show are to be tried. */

import { delimiter } from 'node:path';

import * as vscode from 'vscode';

/** Lets terminals find `unpool`: that of the extension, behind none that somebody has installed. */
export function offerCommandLine({
  environmentVariableCollection: variables,
  extensionUri,
}: Pick<vscode.ExtensionContext, 'environmentVariableCollection' | 'extensionUri'>): void {
  variables.description = vscode.l10n.t('Unpool: the command unpool');
  variables.append('PATH', delimiter + vscode.Uri.joinPath(extensionUri, 'bin').fsPath);
  variables.replace('UNPOOL_NODE', process.execPath);
}
