/** Python sources as the editor has them: unsaved changes included, the cells of a notebook as one file. */

import * as vscode from 'vscode';

import type { EditedSources } from '../../core/source/sourceTexts.js';

/** The file that a document is, or is a part of. */
export function fileOf(document: vscode.TextDocument): string {
  return notebookOf(document)?.uri.fsPath ?? document.uri.fsPath;
}

/** The line of the file that the document begins at: 0 but for cells of a notebook. */
export function firstLineOf(document: vscode.TextDocument): number {
  let line = 0;
  for (const cell of codeCells(notebookOf(document))) {
    if (cell.document === document) {
      break;
    }
    line += cell.document.lineCount;
  }
  return line;
}

/** The document, and the line in it, that a line of a file is in; undefined for a file that is not a notebook. */
export function cellAt(
  file: string,
  line: number,
): { readonly document: vscode.TextDocument; readonly line: number } | undefined {
  const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => uri.fsPath === file);
  let rest = line;
  for (const { document } of codeCells(notebook)) {
    if (rest < document.lineCount) {
      return { document, line: rest };
    }
    rest -= document.lineCount;
  }
  return undefined;
}

/** What the editor knows of sources that are on disk otherwise, or as part of a notebook. */
export function editedSources(): EditedSources {
  const documents = vscode.workspace.textDocuments.filter(
    ({ uri, languageId }) => uri.scheme === 'file' && languageId === 'python',
  );
  const notebooks = vscode.workspace.notebookDocuments.map((notebook): readonly [string, string] => [
    notebook.uri.fsPath,
    codeCells(notebook)
      .map(({ document: cell }) => withoutMagic(cell.getText()))
      .join('\n'),
  ]);
  return {
    roots: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
    texts: new Map([
      ...notebooks,
      ...documents.map((document): readonly [string, string] => [document.uri.fsPath, document.getText()]),
    ]),
  };
}

/** `%matplotlib inline` and `!pip install` are no Python; their lines stay, so that the others keep their numbers. */
function withoutMagic(text: string): string {
  return text.replace(/^\s*[%!].*$/gm, '');
}

function notebookOf(document: vscode.TextDocument): vscode.NotebookDocument | undefined {
  return vscode.workspace.notebookDocuments.find((notebook) =>
    notebook.getCells().some((cell) => cell.document === document),
  );
}

function codeCells(notebook: vscode.NotebookDocument | undefined): readonly vscode.NotebookCell[] {
  return (notebook?.getCells() ?? []).filter(
    ({ kind, document }) => kind === vscode.NotebookCellKind.Code && document.languageId === 'python',
  );
}
