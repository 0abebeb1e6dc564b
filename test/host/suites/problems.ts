import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

import { COLLAPSING, eventually, openText, uriOf } from '../workspace.js';

describe('problems', () => {
  it('are found in a model, each with actions', async () => {
    // Actions are for places in texts: a model's own file is none.
    const { uri } = await openText(COLLAPSING);
    void vscode.commands.executeCommand('unpool.findProblems', uriOf(COLLAPSING));
    const found = await eventually(() => {
      const diagnostics = vscode.languages.getDiagnostics(uri).filter(isCollapse);
      return diagnostics.length > 0 ? diagnostics : undefined;
    });
    // The two convolutions, and the two matrix products.
    assert.equal(found.length, 2);
    const actions = await eventually(async () => {
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
