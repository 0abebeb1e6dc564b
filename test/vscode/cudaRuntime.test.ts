/** onnxruntime's CUDA libraries are installed from a local server; they are such as no machine can load. */

import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { MISSING_LIBRARY } from '../cudaFeed.js';
import { describeInVsCode, MODEL, PATIENCE, textOf } from './window.js';

const INSTALL = 'Unpool: Install CUDA Runtime';
const LACKS = `CUDA does not work here, so Unpool runs on CPU: the system lacks ${MISSING_LIBRARY}`;

const isCudaPlatform = process.platform === 'linux' && process.arch === 'x64';

describeInVsCode(
  'CUDA runtime',
  { expected: /The CUDA libraries of onnxruntime|The provider cuda does not work/ },
  (window) => {
    let wheel: Buffer;
    const { cudaWheel, userDataDir } = window.server;
    const storage = join(userDataDir, 'User/globalStorage/unpool.unpool/cuda');
    const installed = (): string[] => (existsSync(storage) ? readdirSync(storage) : []);
    const buttonOf = (text: string, label: string): Promise<void> =>
      window.workbench.pressNotificationButton(text, label);

    beforeAll(async () => {
      wheel = await readFile(cudaWheel);
    });

    // Windows of other files should not find them.
    afterAll(async () => {
      await writeFile(cudaWheel, wheel);
      await rm(storage, { recursive: true, force: true });
    });

    it.skipIf(isCudaPlatform)('is not for this platform', async () => {
      await window.workbench.runCommand(INSTALL);
      await window.workbench.waitForNotification("onnxruntime's CUDA libraries exist for Linux on x64");
    });

    it.skipIf(!isCudaPlatform)('refuses what is not the file that it knows', async () => {
      await writeFile(cudaWheel, Buffer.alloc(wheel.length));
      await window.workbench.runCommand(INSTALL);
      const { severity, text } = await window.workbench.waitForNotification('its SHA-512 is another');
      expect(severity).toBe('error');
      expect(text).toContain('unpool.runtime.path');
      expect(installed()).toEqual([]);
      await window.workbench.clearNotifications();
    });

    it.skipIf(!isCudaPlatform)('shows how far it is, and can be cancelled', async () => {
      await writeFile(cudaWheel, wheel.subarray(0, Math.ceil(wheel.length / 2)));
      await window.workbench.runCommand(INSTALL);
      const progress = await window.workbench.waitForNotification(/MB \(50 %\)/);
      expect(progress.text).toContain('Unpool: installing the CUDA libraries of onnxruntime');
      await buttonOf('MB (50 %)', 'Cancel');
      await expect.poll(() => window.workbench.notifications(), PATIENCE).toEqual([]);
      await expect.poll(installed, PATIENCE).toEqual([]);
    });

    it.skipIf(!isCudaPlatform)('installs, and says why networks run on the CPU all the same', async () => {
      await writeFile(cudaWheel, wheel);
      await window.workbench.openFile(MODEL);
      await window.workbench.runCommand(INSTALL);
      const { severity } = await window.workbench.waitForNotification(LACKS);
      expect(severity).toBe('warning');
      expect(installed()).toHaveLength(1);
      const item = await window.workbench.waitForStatusBarItem(/zfnet.* · CPU$/);
      await window.workbench.page.locator(`.part.statusbar [id=${JSON.stringify(item.id)}]`).hover();
      const hover = window.workbench.page.locator('.monaco-hover', { hasText: 'CUDA is not used' });
      await expect
        .poll(() => textOf(hover), PATIENCE)
        .toContain(`CUDA is not used: the system lacks ${MISSING_LIBRARY}`);
      await window.workbench.clearNotifications();
    });

    it.skipIf(!isCudaPlatform)('says that it is installed, and installs again where asked to', async () => {
      await window.workbench.runCommand(INSTALL);
      await window.workbench.waitForNotification(`are installed already, in ${storage}`);
      await buttonOf('are installed already', 'Install Again');
      await window.workbench.waitForNotification(LACKS);
      expect(installed()).toHaveLength(1);
      await window.workbench.clearNotifications();
    });

    it.skipIf(!isCudaPlatform)('is an error where the settings ask for CUDA', async () => {
      await mkdir(join(window.folder, '.vscode'));
      const settings = JSON.stringify({ 'unpool.provider': 'cuda' });
      await writeFile(join(window.folder, '.vscode/settings.json'), settings);
      await window.workbench.waitForStatusBarItem('engine not started');
      await window.workbench.runCommand('Unpool: Add the Demo Photos');
      const panel = await window.show('Feature Maps');
      await expect
        .poll(() => textOf(panel.locator('.error')), PATIENCE)
        .toContain(`The provider cuda does not work here: the system lacks ${MISSING_LIBRARY}`);
      await window.workbench.waitForStatusBarItem('engine not started');
    });
  },
);
