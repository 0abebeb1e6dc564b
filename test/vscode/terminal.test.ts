/** The command that a panel shows does the same in VS Code's terminal. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { unpool } from '../unit/cli/run.js';
import { describeInVsCode, MODEL, PATIENCE } from './window.js';

describeInVsCode('the command of a panel', {}, (window) => {
  it('is copied, and draws in a terminal what the command line draws', async () => {
    const { workbench } = window;
    await workbench.openFile(MODEL);
    await workbench.runCommand('Unpool: Add the Demo Photos');
    const panel = await window.show('Projection');
    const text = panel.locator('footer.command code');
    await expect.poll(() => text.textContent(), PATIENCE).toMatch(/^unpool project .*--out projection\.png$/);
    await panel.locator('footer.command vscode-toolbar-button').click();
    await panel.locator('footer.command .done', { hasText: 'Copied' }).waitFor();
    const copied = await workbench.page.evaluate<string>('navigator.clipboard.readText()');
    expect(copied).toBe(await text.textContent());

    await workbench.runCommand('Terminal: Create New Terminal');
    const prompt = workbench.page.locator('.terminal-wrapper.active textarea.xterm-helper-textarea');
    await prompt.focus();
    await workbench.page.keyboard.type(copied);
    await workbench.page.keyboard.press('Enter');
    const drawn = (): Promise<Buffer> => readFile(join(window.folder, 'projection.png'));
    await expect
      .poll(
        () =>
          drawn().then(
            ({ length }) => length,
            () => 0,
          ),
        PATIENCE,
      )
      .toBeGreaterThan(0);
    const file = join(window.folder, 'same.png');
    // The paths of a fresh folder need no quotes.
    const words = copied.split(' ').slice(1, -1);
    expect((await unpool(...words, file)).status).toBe(0);
    expect(await drawn()).toEqual(await readFile(file));
  });
});
