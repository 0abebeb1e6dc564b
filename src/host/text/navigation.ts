/** Definition, references and highlights of the names in a model's text. */

import * as vscode from 'vscode';

import { ROLE } from '../../core/onnx/text/textMap.js';
import type { Occurrence } from '../../core/onnx/text/textIndex.js';
import type { ModelTexts } from './modelTexts.js';

export function rangeOf({ line, column, length }: Occurrence): vscode.Range {
  return new vscode.Range(line, column, line, column + length);
}

/** Leads from a tensor to the node that makes it, from a call to the function. */
export class TextDefinitions implements vscode.DefinitionProvider {
  constructor(private readonly texts: ModelTexts) {}

  provideDefinition(document: vscode.TextDocument, position: vscode.Position): vscode.LocationLink[] {
    const index = this.texts.of(document)?.index;
    const found = index?.occurrenceAt(position.line, position.character);
    if (index === undefined || found === undefined) {
      return [];
    }
    return index.definitionsOf(found.symbol).map((definition) => {
      const node = index.nodeAt(definition.line);
      const isOfNode = node?.first === definition.line;
      return {
        originSelectionRange: rangeOf(found),
        targetUri: document.uri,
        targetRange: isOfNode ? new vscode.Range(node.first, 0, node.last + 1, 0) : rangeOf(definition),
        targetSelectionRange: rangeOf(definition),
      };
    });
  }
}

/** A tensor's producer and consumers, a function's calls. */
export class TextReferences implements vscode.ReferenceProvider {
  constructor(private readonly texts: ModelTexts) {}

  provideReferences(
    document: vscode.TextDocument,
    position: vscode.Position,
    { includeDeclaration }: vscode.ReferenceContext,
  ): vscode.Location[] {
    const index = this.texts.of(document)?.index;
    const found = index?.occurrenceAt(position.line, position.character);
    return (found === undefined ? [] : (index?.occurrencesOf(found.symbol) ?? []))
      .filter(({ role }) => includeDeclaration || role === ROLE.use)
      .map((each) => new vscode.Location(document.uri, rangeOf(each)));
  }
}

/** The same name elsewhere, as far as it stands for the same thing. */
export class TextHighlights implements vscode.DocumentHighlightProvider {
  constructor(private readonly texts: ModelTexts) {}

  provideDocumentHighlights(
    document: vscode.TextDocument,
    position: vscode.Position,
  ): vscode.DocumentHighlight[] {
    const index = this.texts.of(document)?.index;
    const found = index?.occurrenceAt(position.line, position.character);
    return (found === undefined ? [] : (index?.occurrencesOf(found.symbol) ?? [])).map(
      (each) => new vscode.DocumentHighlight(rangeOf(each), KINDS.get(each.role)),
    );
  }
}

const KINDS: ReadonlyMap<number, vscode.DocumentHighlightKind> = new Map([
  [ROLE.definition, vscode.DocumentHighlightKind.Write],
  [ROLE.use, vscode.DocumentHighlightKind.Read],
]);
