import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';

import { eventually, facts, hoverText, MODEL, openText, placeOf, shapeOf } from '../workspace.js';

describe('the text of a model', () => {
  let document: vscode.TextDocument;
  const ask = async <T>(command: string, ...rest: unknown[]): Promise<T> =>
    vscode.commands.executeCommand<T>(`vscode.${command}`, document.uri, ...rest);

  before(async () => {
    document = await openText(MODEL);
  });

  it('has the layers in its outline', async () => {
    const symbols = await ask<vscode.DocumentSymbol[]>('executeDocumentSymbolProvider');
    const names = (entries: readonly vscode.DocumentSymbol[]): string[] =>
      entries.flatMap(({ name, children }) => [name, ...names(children)]);
    const outline = names(symbols);
    const { rows } = await facts();
    const weighted = rows.filter(({ parameters }) => parameters > 0).map(({ name }) => name);
    assert.ok(weighted.length > 0);
    assert.deepEqual(
      weighted.filter((name) => !outline.some((entry) => entry.includes(name))),
      [],
    );
  });

  it('leads from a tensor to the node that makes it and to those that read it', async () => {
    const read = placeOf(document, 'conv1', 'Relu (');
    const [definition] = await ask<(vscode.Location | vscode.LocationLink)[]>(
      'executeDefinitionProvider',
      read,
    );
    assert.ok(definition);
    const range = 'targetRange' in definition ? definition.targetRange : definition.range;
    assert.match(document.lineAt(range.start.line).text, /conv1.*= Conv/);
    const references = await ask<vscode.Location[]>('executeReferenceProvider', read);
    assert.ok(references.some(({ range: { start } }) => start.line === read.line));
  });

  it('tells of the tensor under the pointer, with kernels of a weight', async () => {
    const tensor = await hoverText(document, placeOf(document, 'conv1', 'Relu ('), /Conv/);
    assert.ok(tensor.includes(await shapeOf('conv1')), tensor);
    const weight = await hoverText(document, placeOf(document, 'conv1.weight'), /data:image\/png;base64/);
    assert.ok(weight.length < 100_000);
  });

  it('folds, is coloured by meaning, and has lenses on layers', async () => {
    const folds = await ask<vscode.FoldingRange[]>('executeFoldingRangeProvider');
    assert.ok(folds.length > 0);
    const tokens = await ask<vscode.SemanticTokens>('provideDocumentSemanticTokens');
    assert.ok(tokens.data.length > 0);
    const titles = await eventually(async () => {
      const lenses = await ask<vscode.CodeLens[]>('executeCodeLensProvider', 1000);
      return lenses.length > 0 ? lenses.map(({ command }) => command?.title) : undefined;
    });
    assert.ok(titles.includes('Kernels'), titles.join());
  });
});
