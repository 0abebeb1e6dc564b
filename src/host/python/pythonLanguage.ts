/** What VS Code does with Python sources of networks: wiring only. */

import * as vscode from 'vscode';

import { registerParts } from '../hovers/cardParts.js';
import type { ValueCards } from '../hovers/valueCards.js';
import type { Selection } from '../selection.js';
import { PythonHovers } from './pythonHovers.js';
import { PythonInlays } from './pythonInlays.js';
import { PythonLenses } from './pythonLenses.js';
import type { SourceLinks } from './sourceLinks.js';

const SELECTOR: vscode.DocumentSelector = [
  { language: 'python', scheme: 'file' },
  { language: 'python', scheme: 'vscode-notebook-cell' },
];

export function registerPython(
  sources: SourceLinks,
  selection: Selection,
  values: ValueCards,
): vscode.Disposable {
  const hovers = new PythonHovers(sources, selection, values);
  return vscode.Disposable.from(
    registerParts(SELECTOR, (...asked) => hovers.provide(...asked)),
    vscode.languages.registerCodeLensProvider(SELECTOR, new PythonLenses(sources)),
    vscode.languages.registerInlayHintsProvider(SELECTOR, new PythonInlays(sources)),
  );
}
