/** Panels come back after the window was reloaded, as they were. */

import { expect, it } from 'vitest';

import { describeInVsCode, MODEL, PATIENCE, textOf } from './window.js';

describeInVsCode('lifetime', {}, (window) => {
  it('restores the editor and every panel with what they showed', async () => {
    await window.workbench.openFile(MODEL);
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    await window.workbench.runCommand('Unpool: Choose Layer...');
    await window.workbench.pick('conv3');
    const maps = await window.show('Feature Maps');
    await maps.locator('.overview .tile[data-item="7"]').click();
    await expect.poll(() => textOf(maps.locator('.detail h2')), PATIENCE).toBe('Map 7 of conv3');
    const kernels = await window.show('Kernels');
    await kernels.locator('.overview .tile[data-item="5"]').click();
    await expect.poll(() => textOf(kernels.locator('.detail h2')), PATIENCE).toBe('Kernel 5');
    const tabs = await window.workbench.tabs();
    expect(tabs).toEqual([MODEL, `Feature Maps: ${MODEL}`, `Kernels: ${MODEL}`]);

    await window.workbench.reload();
    await expect.poll(() => window.workbench.tabs(), PATIENCE).toEqual(tabs);
    const editor = await window.panel(MODEL);
    await expect.poll(() => textOf(editor.locator('.layer-bar h2')), PATIENCE).toBe('conv3');
    const kernelsAgain = await window.panel(`Kernels: ${MODEL}`);
    await expect.poll(() => textOf(kernelsAgain.locator('.detail h2')), PATIENCE).toBe('Kernel 5');
    // A panel that is hidden comes back when it is shown.
    const mapsAgain = await window.show('Feature Maps');
    await expect.poll(() => textOf(mapsAgain.locator('.detail h2')), PATIENCE).toBe('Map 7 of conv3');
    await window.workbench.waitForStatusBarItem('panda.jpg');
    expect(await window.workbench.tabs()).toEqual(tabs);
  });

  it('keeps what a panel shows while its tab is behind another one', async () => {
    const maps = await window.panel(`Feature Maps: ${MODEL}`);
    await maps.locator('.overview .tile[data-item="9"]').click();
    await window.show('Kernels');
    const again = await window.show('Feature Maps');
    await expect.poll(() => textOf(again.locator('.detail h2')), PATIENCE).toBe('Map 9 of conv3');
  });
});
