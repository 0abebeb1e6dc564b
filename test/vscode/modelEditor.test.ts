/** A click on an .onnx file in the explorer opens the editor that shows the whole network. */

import { join } from 'node:path';
import { expect, it } from 'vitest';

import { unpool } from '../unit/cli/run.js';
import { coloursOf, describeInVsCode, MODEL, PATIENCE, textOf } from './window.js';

interface Row {
  readonly name: string;
  readonly operator: string;
  readonly output: string;
  readonly parameters: number;
  readonly multiplyAdds: number;
}

describeInVsCode('model editor', {}, (window) => {
  const rowsOf = async (): Promise<readonly Row[]> => {
    const { stdout } = await unpool('info', join(window.folder, 'models', MODEL), '--json');
    return (JSON.parse(stdout) as { rows: Row[] }).rows;
  };

  it('opens from the explorer and lists the layers as the command line does', async () => {
    const explorer = await window.workbench.view('Explorer');
    await explorer.click('models', MODEL);
    const editor = await window.panel(MODEL);
    const rows = await rowsOf();
    const cells = editor.locator('.layer-table .body .row');
    await expect.poll(() => cells.count(), PATIENCE).toBe(rows.length);
    const shown = await Promise.all(
      rows.map(async (_, place) => {
        const row = editor.locator(`.layer-table .row[data-place="${place}"]`);
        return (await row.locator('[role="gridcell"]').allTextContents()).slice(1, 6);
      }),
    );
    expect(shown).toEqual(
      rows.map(({ name, operator, output, parameters, multiplyAdds }) => [
        name,
        expect.stringMatching(new RegExp(`^${operator}\\b`)),
        output.replaceAll('x', '×'),
        expect.stringContaining(parameters === 0 ? '–' : parameters.toLocaleString('en')),
        expect.stringContaining(multiplyAdds === 0 ? '–' : multiplyAdds.toLocaleString('en')),
      ]),
    );
    await window.workbench.waitForStatusBarItem(MODEL);
  });

  it('draws the graph', async () => {
    const editor = await window.panel(MODEL);
    const canvas = editor.locator('.stage > canvas').first();
    await canvas.waitFor();
    // Frames, lines and letters of seven boxes and more, on one background.
    const ink = async (): Promise<number> => {
      const [[, background] = ['', 1], ...others] = await coloursOf(canvas);
      return others.length > 20 ? 1 - background : 0;
    };
    await expect.poll(ink, PATIENCE).toBeGreaterThan(0.02);
  });

  it('finds layers, and marks the one that is selected everywhere', async () => {
    const editor = await window.panel(MODEL);
    await editor.locator('.search input').fill('conv');
    await expect.poll(() => textOf(editor.locator('.found')), PATIENCE).toBe('5 of 21');
    await editor.locator('.layer-table .row', { hasText: 'conv3' }).click();
    await expect.poll(() => textOf(editor.locator('.layer-bar h2')), PATIENCE).toBe('conv3');
    const layers = await window.workbench.view('Unpool', 'Layers');
    await expect
      .poll(async () => (await layers.rows()).find(({ selected }) => selected)?.label, PATIENCE)
      .toBe('conv3');
    await layers.click('conv4');
    await expect.poll(() => textOf(editor.locator('.layer-bar h2')), PATIENCE).toBe('conv4');
    await editor.locator('.search input').fill('');
  });

  it('sorts by multiply-adds', async () => {
    const editor = await window.panel(MODEL);
    const most = [...(await rowsOf())].sort((a, b) => b.multiplyAdds - a.multiplyAdds)[0];
    const first = editor.locator('.layer-table .row[aria-rowindex="2"]');
    const sort = async (): Promise<string> => {
      await editor.locator('.layer-table [data-column="multiplyAdds"]').click();
      return textOf(first);
    };
    expect([await sort(), await sort()].some((text) => text.includes(most?.name ?? 'none'))).toBe(true);
  });

  it('opens panels of the layer beside itself', async () => {
    const editor = await window.panel(MODEL);
    await editor.locator('.layer-bar vscode-button', { hasText: 'Kernels' }).click();
    const kernels = await window.panel(`Kernels: ${MODEL}`);
    await expect.poll(() => textOf(kernels.locator('.summary')), PATIENCE).toMatch(/^128 kernels of 3×3×128/);
    expect(await window.workbench.tabs()).toEqual([MODEL, `Kernels: ${MODEL}`]);
  });
});
