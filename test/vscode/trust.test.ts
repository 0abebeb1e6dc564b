/** In a folder that nobody trusts, models can be looked at, and the folder's runtime is not loaded. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { describeInVsCode, MODEL, modelAndPhotos, PATIENCE, textOf } from './window.js';

const RUNTIME = '/nowhere/onnxruntime-node';

/** A folder whose settings ask for code of its own to be loaded. */
async function withForeignRuntime(folder: string): Promise<void> {
  await modelAndPhotos(folder);
  await mkdir(join(folder, '.vscode'));
  await writeFile(join(folder, '.vscode/settings.json'), JSON.stringify({ 'unpool.runtime.path': RUNTIME }));
}

describeInVsCode(
  'workspace trust',
  {
    fill: withForeignRuntime,
    settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
    expected: /nowhere/,
  },
  (window) => {
    it('shows models in restricted mode with the bundled runtime', async () => {
      await window.workbench.waitForStatusBarItem('Restricted Mode');
      await window.workbench.openFile(MODEL);
      await window.workbench.runCommand('Unpool: Add the Demo Photos');
      const panel = await window.show('Feature Maps');
      await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toMatch(/^32 maps of 63×63/);
      await window.workbench.waitForStatusBarItem('CPU');
      expect(await window.extensionLog()).not.toContain(RUNTIME);
    });

    it('installs no CUDA runtime in restricted mode', async () => {
      await window.workbench.page.keyboard.press('F1');
      await window.workbench.typeInQuickInput('>Unpool: ', { accept: false });
      const labels = async (): Promise<string[]> =>
        (await window.workbench.quickPickRows()).map(({ label }) => label);
      await expect.poll(labels, PATIENCE).toContain('Unpool: Find Problems');
      expect(await labels()).not.toContain('Unpool: Install CUDA Runtime');
      await window.workbench.page.keyboard.press('Escape');
    });

    it('loads the runtime that the settings name once the folder is trusted', async () => {
      await window.workbench.runCommand('Workspaces: Manage Workspace Trust');
      await window.workbench.page
        .locator('.workspace-trust-editor .monaco-button', { hasText: 'Trust' })
        .first()
        .click();
      await window.workbench.waitForStatusBarItem('engine not started');
      const panel = await window.show('Feature Maps');
      const layers = await window.workbench.view('Unpool', 'Layers');
      await layers.click('conv2');
      await expect.poll(() => textOf(panel.locator('.error')), PATIENCE).toContain(RUNTIME);
    });
  },
);
