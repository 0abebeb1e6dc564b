/** The graph of the model editor unfolds to a chosen depth, and group by group, by the keyboard. */

import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';

import { coloursOf, describeInVsCode, PATIENCE, ROOT, textOf } from './window.js';

/** Fifteen nodes at the level of stages, two levels of groups in each other: `4` holds `4.body`. */
const NETWORK = 'resnet18.onnx';

const fill = (folder: string): Promise<void> =>
  cp(join(ROOT, 'test/fixtures/networks', NETWORK), join(folder, NETWORK));

describeInVsCode('graph', { fill }, (window) => {
  const nodes = (editor: Frame): Promise<string> => textOf(editor.locator('.graph-tools .count'));
  const spoken = (editor: Frame): Promise<string> => textOf(editor.locator('.graph .spoken'));

  /** Waits until table, bar and side bar have the layer selected. */
  const expectSelected = async (editor: Frame, layer: string): Promise<void> => {
    await expect.poll(() => textOf(editor.locator('.layer-bar h2')), PATIENCE).toBe(layer);
    await expect
      .poll(() => editor.locator('.layer-table .row.selected .cell.name').textContent(), PATIENCE)
      .toBe(layer);
    const layers = await window.workbench.view('Unpool', 'Layers');
    await expect
      .poll(async () => (await layers.rows()).find(({ selected }) => selected)?.label, PATIENCE)
      .toBe(layer);
  };

  it('opens at the level of stages and unfolds to a depth', async () => {
    await window.workbench.openFile(NETWORK);
    const editor = await window.panel(NETWORK);
    await editor.locator('.segments button', { hasText: 'Both' }).click();
    await expect.poll(() => nodes(editor), PATIENCE).toBe('15 nodes');
    const depth = editor.getByRole('slider', { name: 'Depth' });
    expect(await depth.getAttribute('aria-valuetext')).toBe('1 of 3');
    await depth.press('ArrowRight');
    await expect.poll(() => nodes(editor), PATIENCE).toBe('34 nodes');
    expect(await depth.getAttribute('aria-valuetext')).toBe('2 of 3');
    await depth.press('End');
    await expect.poll(() => nodes(editor), PATIENCE).toBe('69 nodes');
    await depth.press('Home');
    await expect.poll(() => nodes(editor), PATIENCE).toBe('15 nodes');
  });

  it('stays in sight where its pane gets narrower', async () => {
    const editor = await window.panel(NETWORK);
    const canvas = editor.locator('.stage > canvas').first();
    /** The share of its pixels that are not background. */
    const ink = async (): Promise<number> => 1 - ((await coloursOf(canvas))[0]?.[1] ?? 1);
    await editor.locator('.segments button', { hasText: 'Graph' }).click();
    await expect.poll(ink, PATIENCE).toBeGreaterThan(0.02);
    await editor.locator('.segments button', { hasText: 'Both' }).click();
    await expect.poll(ink, PATIENCE).toBeGreaterThan(0.02);
    // The same where the user has moved it.
    await editor.locator('.segments button', { hasText: 'Graph' }).click();
    await editor.locator('.graph .view').press('+');
    await editor.locator('.segments button', { hasText: 'Both' }).click();
    await expect.poll(ink, PATIENCE).toBeGreaterThan(0.02);
    await editor.locator('.graph .view').press('-');
  });

  it('keeps the selection in step as groups are opened and closed by the keyboard', async () => {
    const editor = await window.panel(NETWORK);
    const view = editor.locator('.graph .view');
    await view.press('Home');
    await expectSelected(editor, '0');
    for (const node of ['1.norm', '2', '3', '4, closed group']) {
      await view.press('ArrowDown');
      await expect.poll(() => spoken(editor), PATIENCE).toMatch(new RegExp(`^${node},`));
    }
    // A group selects its first layer.
    await expectSelected(editor, '4.body.0');
    await view.press('Space');
    await expect.poll(() => nodes(editor), PATIENCE).toBe('17 nodes');
    expect(await spoken(editor)).toMatch(/^4\.body, closed group/);
    await view.press('Enter');
    await expect.poll(() => nodes(editor), PATIENCE).toBe('21 nodes');
    expect(await spoken(editor)).toMatch(/^4\.body\.0, Conv/);
    await view.press('ArrowDown');
    await expectSelected(editor, '4.body.1.norm');
    await view.press('Space');
    await expect.poll(() => nodes(editor), PATIENCE).toBe('17 nodes');
    expect(await spoken(editor)).toMatch(/^4\.body, closed group/);
    await expectSelected(editor, '4.body.1.norm');
    await view.press('Space');
    await expect.poll(() => nodes(editor), PATIENCE).toBe('21 nodes');
    expect(await spoken(editor)).toMatch(/^4\.body\.1\.norm,/);
  });

  it('comes back after a reload as it was folded', async () => {
    await window.workbench.reload();
    const editor = await window.panel(NETWORK);
    await expect.poll(() => nodes(editor), PATIENCE).toBe('21 nodes');
    await expectSelected(editor, '4.body.1.norm');
  });
});
