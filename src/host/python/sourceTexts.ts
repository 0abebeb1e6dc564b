/** Python sources as the editor has them: unsaved changes included, the cells of a notebook as one file. */

import { readFileSync, statSync } from 'node:fs';

import * as vscode from 'vscode';

import type { SourceFiles } from '../../core/source/imports.js';

/** A larger file is no source that a person wrote. */
const SIZE_LIMIT = 2_000_000;

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

/** Reads files for one look at a source, each once. */
export class SourceTexts implements SourceFiles {
  private readonly texts = new Map<string, string>();
  private readonly missing = new Set<string>();

  /** @param onRead hears of every file that is read, or looked for in vain */
  constructor(private readonly onRead: (file: string) => void = () => undefined) {}

  get roots(): readonly string[] {
    return (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  }

  read(file: string): string | undefined {
    const known = this.texts.get(file);
    if (known !== undefined || this.missing.has(file)) {
      return known;
    }
    this.onRead(file);
    const text = textOf(file);
    if (text === undefined) {
      this.missing.add(file);
    } else {
      this.texts.set(file, text);
    }
    return text;
  }
}

function textOf(file: string): string | undefined {
  const document = vscode.workspace.textDocuments.find(
    ({ uri }) => uri.scheme === 'file' && uri.fsPath === file,
  );
  if (document !== undefined) {
    return document.getText();
  }
  const notebook = vscode.workspace.notebookDocuments.find(({ uri }) => uri.fsPath === file);
  if (notebook !== undefined) {
    return codeCells(notebook)
      .map(({ document: cell }) => withoutMagic(cell.getText()))
      .join('\n');
  }
  try {
    return statSync(file).size > SIZE_LIMIT ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
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
