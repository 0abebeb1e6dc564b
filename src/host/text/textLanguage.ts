/** What VS Code does with the text of a model: wiring only. */

import * as vscode from 'vscode';

import { registerParts } from '../hovers/cardParts.js';
import type { ValueCards } from '../hovers/valueCards.js';
import { TextHovers } from './textHovers.js';
import type { Selection } from '../selection.js';
import { TextFolding } from './folding.js';
import { TextLenses } from './lenses.js';
import type { ModelTexts } from './modelTexts.js';
import { TextDefinitions, TextHighlights, TextReferences } from './navigation.js';
import { TextTokens, TOKEN_LEGEND } from './semanticTokens.js';
import { TextSymbols } from './symbols.js';
import { TEXT_SCHEME } from './textUri.js';

const SELECTOR: vscode.DocumentSelector = { scheme: TEXT_SCHEME };

export function registerTextLanguage(
  texts: ModelTexts,
  selection: Selection,
  values: ValueCards,
): vscode.Disposable {
  const lenses = new TextLenses(texts, selection);
  const hovers = new TextHovers(texts, values);
  return vscode.Disposable.from(
    lenses,
    registerParts(SELECTOR, (...asked) => hovers.provide(...asked)),
    vscode.languages.registerDefinitionProvider(SELECTOR, new TextDefinitions(texts)),
    vscode.languages.registerReferenceProvider(SELECTOR, new TextReferences(texts)),
    vscode.languages.registerDocumentHighlightProvider(SELECTOR, new TextHighlights(texts)),
    vscode.languages.registerDocumentSymbolProvider(SELECTOR, new TextSymbols(texts)),
    vscode.languages.registerFoldingRangeProvider(SELECTOR, new TextFolding(texts)),
    vscode.languages.registerDocumentRangeSemanticTokensProvider(
      SELECTOR,
      new TextTokens(texts),
      TOKEN_LEGEND,
    ),
    vscode.languages.registerCodeLensProvider(SELECTOR, lenses),
  );
}
