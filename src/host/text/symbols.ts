/** Symbols of a model's text for the outline and the breadcrumbs. */

import * as vscode from 'vscode';

import type { ModelTexts } from './modelTexts.js';
import { outlineOf } from './outline.js';
import type { EntryKind, OutlineEntry } from './outline.js';

const ICONS: Readonly<Record<EntryKind, vscode.SymbolKind>> = {
  header: vscode.SymbolKind.File,
  constants: vscode.SymbolKind.Array,
  constant: vscode.SymbolKind.Constant,
  types: vscode.SymbolKind.TypeParameter,
  graph: vscode.SymbolKind.Module,
  module: vscode.SymbolKind.Namespace,
  function: vscode.SymbolKind.Function,
  subgraph: vscode.SymbolKind.Module,
  node: vscode.SymbolKind.Method,
};

export class TextSymbols implements vscode.DocumentSymbolProvider {
  constructor(private readonly texts: ModelTexts) {}

  provideDocumentSymbols(document: vscode.TextDocument): vscode.DocumentSymbol[] {
    const shown = this.texts.of(document);
    return shown === undefined ? [] : outlineOf(shown.index).map((entry) => symbolOf(entry, document));
  }
}

function symbolOf(entry: OutlineEntry, document: vscode.TextDocument): vscode.DocumentSymbol {
  const { kind, name, detail, first, last, children } = entry;
  const range = new vscode.Range(first, 0, last, document.lineAt(last).text.length);
  const start = new vscode.Range(first, 0, first, document.lineAt(first).text.length);
  const symbol = new vscode.DocumentSymbol(titleOf(kind, name), detail, ICONS[kind], range, start);
  symbol.children = children.map((child) => symbolOf(child, document));
  return symbol;
}

function titleOf(kind: EntryKind, name: string): string {
  switch (kind) {
    case 'header':
      return vscode.l10n.t('Model');
    case 'constants':
      return vscode.l10n.t('Constants');
    case 'types':
      return vscode.l10n.t('Types');
    case 'constant':
    case 'graph':
    case 'module':
    case 'function':
    case 'subgraph':
    case 'node':
      return name === '' ? vscode.l10n.t('(no name)') : name;
  }
}
