import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

import { COLLAPSING, eventually, uriOf } from '../workspace.js';

describe('problems', () => {
  it('are found in a model, each with actions', async () => {
    await vscode.commands.executeCommand('vscode.open', uriOf(COLLAPSING));
    void vscode.commands.executeCommand('unpool.findProblems', uriOf(COLLAPSING));
    const [uri, found] = await eventually(() =>
      vscode.languages
        .getDiagnostics()
        .map(([where, diagnostics]) => [where, diagnostics.filter(isCollapse)] as const)
        .find(([where, diagnostics]) => where.path.includes('collapsing') && diagnostics.length > 0),
    );
    // The two convolutions, and the two matrix products.
    assert.equal(found.length, 2);
    const actions = await eventually(async () => {
      await vscode.workspace.openTextDocument(uri);
      const offered = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        'vscode.executeCodeActionProvider',
        uri,
        found[0]?.range,
      );
      return offered.length > 0 ? offered : undefined;
    });
    assert.ok(actions.some(({ command }) => command?.command === 'unpool.mergeLinearLayers'));
  });
});

function isCollapse({ source, code }: vscode.Diagnostic): boolean {
  const id = typeof code === 'object' ? code.value : code;
  return source === 'Unpool' && id === 'linear-collapse';
}
