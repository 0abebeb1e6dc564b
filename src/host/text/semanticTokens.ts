/** Colours of the names in a model's text by what they stand for, asked for as the text is scrolled. */

import * as vscode from 'vscode';

import { ROLE, SYMBOL_KIND } from '../../core/onnx/text/textMap.js';
import type { ModelTexts } from './modelTexts.js';

const TYPES = ['variable', 'parameter', 'function', 'label', 'method'] as const;
const MODIFIERS = ['declaration', 'readonly'] as const;
const DECLARATION = 1;
const READONLY = 2;

type TokenType = (typeof TYPES)[number];

export const TOKEN_LEGEND = new vscode.SemanticTokensLegend([...TYPES], [...MODIFIERS]);

const TYPE_OF_KIND: ReadonlyMap<number, TokenType> = new Map<number, TokenType>([
  [SYMBOL_KIND.activation, 'variable'],
  [SYMBOL_KIND.input, 'parameter'],
  [SYMBOL_KIND.constant, 'variable'],
  [SYMBOL_KIND.function, 'function'],
  [SYMBOL_KIND.node, 'label'],
  [SYMBOL_KIND.unknown, 'variable'],
]);

export class TextTokens implements vscode.DocumentRangeSemanticTokensProvider {
  constructor(private readonly texts: ModelTexts) {}

  provideDocumentRangeSemanticTokens(
    document: vscode.TextDocument,
    { start, end }: vscode.Range,
  ): vscode.SemanticTokens {
    const tokens = new vscode.SemanticTokensBuilder(TOKEN_LEGEND);
    const index = this.texts.of(document)?.index;
    for (const { line, column, length, symbol, role } of index?.occurrencesBetween(start.line, end.line) ??
      []) {
      const kind = index?.kindOf(symbol) ?? SYMBOL_KIND.unknown;
      const type = role === ROLE.operator ? 'method' : (TYPE_OF_KIND.get(kind) ?? 'variable');
      const modifiers =
        (role === ROLE.definition ? DECLARATION : 0) | (kind === SYMBOL_KIND.constant ? READONLY : 0);
      tokens.push(line, column, length, TYPES.indexOf(type), modifiers);
    }
    return tokens.build();
  }
}
