import { strict as assert } from 'node:assert';
import { after, describe, it } from 'mocha';
import * as vscode from 'vscode';

import { COLLAPSING, eventually, MODEL, pathOf } from '../workspace.js';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

describe('the extension', () => {
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const extension = (): vscode.Extension<unknown> => {
    const found = vscode.extensions.getExtension('unpool.unpool');
    assert.ok(found, 'it is not installed');
    return found;
  };

  it('activates', async () => {
    await extension().activate();
    assert.equal(extension().isActive, true);
  });

  it('has every command that it declares', async () => {
    const { contributes } = extension().packageJSON as Manifest;
    const commands = new Set(await vscode.commands.getCommands(true));
    const missing = contributes.commands.map(({ command }) => command).filter((each) => !commands.has(each));
    assert.deepEqual(missing, []);
  });

  it('can show every view that it declares', async () => {
    const { contributes } = extension().packageJSON as Manifest;
    const commands = new Set(await vscode.commands.getCommands(true));
    const views = Object.values(contributes.views).flat();
    assert.ok(views.length > 0);
    assert.deepEqual(
      views.map(({ id }) => id).filter((id) => !commands.has(`${id}.focus`)),
      [],
    );
    for (const { id } of views) {
      await vscode.commands.executeCommand(`${id}.focus`);
    }
  });

  it('lists the models of the folder in a view that opens them', async () => {
    const opened = await eventually(async () => {
      await vscode.commands.executeCommand('unpool.models.focus');
      await vscode.commands.executeCommand('list.focusFirst');
      await vscode.commands.executeCommand('list.select');
      return vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    });
    assert.ok(opened instanceof vscode.TabInputCustom);
    assert.ok(
      [COLLAPSING, MODEL].some((model) => opened.uri.fsPath === pathOf(model)),
      opened.uri.fsPath,
    );
  });
});
