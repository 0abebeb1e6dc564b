/** What VS Code does with Python sources of networks: wiring only. */

import * as vscode from 'vscode';

import type { Cards } from '../hovers/cards.js';
import type { Selection } from '../selection.js';
import { PythonHovers } from './pythonHovers.js';
import { PythonInlays } from './pythonInlays.js';
import { PythonLenses } from './pythonLenses.js';
import type { SourceLinks } from './sourceLinks.js';

const SELECTOR: vscode.DocumentSelector = [
  { language: 'python', scheme: 'file' },
  { language: 'python', scheme: 'vscode-notebook-cell' },
];

export function registerPython(sources: SourceLinks, selection: Selection, cards: Cards): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.languages.registerHoverProvider(SELECTOR, new PythonHovers(sources, selection, cards)),
    vscode.languages.registerCodeLensProvider(SELECTOR, new PythonLenses(sources, selection)),
    vscode.languages.registerInlayHintsProvider(SELECTOR, new PythonInlays(sources)),
  );
}
