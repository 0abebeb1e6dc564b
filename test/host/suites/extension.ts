import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

describe('the extension', () => {
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
    for (const { id } of Object.values(contributes.views).flat()) {
      await vscode.commands.executeCommand(`${id}.focus`);
    }
  });
});
