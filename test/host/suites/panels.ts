import { strict as assert } from 'node:assert';
import { basename } from 'node:path';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';

import { eventually, MODEL, uriOf } from '../workspace.js';

const BESIDE: Readonly<Record<string, string>> = {
  showPredictions: 'Predictions',
  showKernels: 'Kernels',
  showFeatureMaps: 'Feature Maps',
  showProjection: 'Projection',
  showOcclusion: 'Occlusion',
  showNeighbours: 'Neighbours',
  compareActivations: 'Activation Functions',
};

const tabs = (): readonly vscode.Tab[] => vscode.window.tabGroups.all.flatMap((group) => group.tabs);

describe('the panels', () => {
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('come with a click on the model: its custom editor', async () => {
    await vscode.commands.executeCommand('vscode.open', uriOf(MODEL));
    const input = await eventually(() =>
      tabs()
        .map((tab) => tab.input)
        .find((each) => each instanceof vscode.TabInputCustom),
    );
    assert.equal(input.viewType, 'unpool.model');
    assert.equal(input.uri.fsPath, uriOf(MODEL).fsPath);
  });

  for (const [command, title] of Object.entries(BESIDE)) {
    it(`come by command: ${title}`, async () => {
      await vscode.commands.executeCommand(`unpool.${command}`);
      const tab = await eventually(() =>
        tabs().find(({ label, input }) => input instanceof vscode.TabInputWebview && label.startsWith(title)),
      );
      assert.equal(tab.label, `${title}: ${basename(MODEL)}`);
    });
  }
});
