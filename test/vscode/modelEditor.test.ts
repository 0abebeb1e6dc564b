/** A click on an .onnx file in the explorer opens the editor that shows the whole network. */

import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { unpool } from '../unit/cli/run.js';
import { coloursOf, describeInVsCode, MODEL, PATIENCE, ROOT, textOf } from './window.js';

interface Row {
  readonly name: string;
  readonly operator: string;
  readonly output: string;
  readonly parameters: number;
  readonly multiplyAdds: number;
  readonly clippedBy?: string;
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

  it('says in the table which receptive fields the border of the image clips', async () => {
    const editor = await window.panel(MODEL);
    const field = (place: number) =>
      editor.locator(`.layer-table .row[data-place="${place}"] .receptiveField`).getAttribute('aria-label');
    const rows = await rowsOf();
    const clipped = rows.flatMap(({ clippedBy }, place) => (clippedBy === undefined ? [] : [place]));
    expect(clipped.length).toBeGreaterThan(0);
    const labels = await Promise.all(rows.map((_, place) => field(place)));
    expect(labels.flatMap((label, place) => (label === null ? [] : [place]))).toEqual(clipped);
    expect(labels[clipped[0] ?? 0]).toBe('139×139, clipped at the border of the 131×131 image');
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

const NESTED = 'nested-dynamo.onnx';

/** A network whose layers lie in modules. */
async function nestedModel(folder: string): Promise<void> {
  await mkdir(join(folder, 'models'));
  await cp(join(ROOT, 'test/fixtures/sources', NESTED), join(folder, 'models', NESTED));
}

describeInVsCode('layer table', { fill: nestedModel }, (window) => {
  it('folds modules from the keyboard and with the pointer', async () => {
    // Before the extension is there, the file would open as text.
    await window.workbench.view('Unpool', 'Models');
    await window.workbench.openFile(NESTED);
    const editor = await window.panel(NESTED);
    const table = editor.locator('.layer-table');
    const { keyboard } = window.workbench.page;
    const names = (): Promise<string[]> =>
      table
        .locator('.body .row .cell.name')
        .evaluateAll((cells) => cells.map((cell) => cell.getAttribute('title') ?? ''));
    const active = (): Promise<string | null> => table.getAttribute('aria-activedescendant');
    await expect.poll(names, PATIENCE).toContain('layer1.0.conv2');
    await table.focus();
    await keyboard.press('Home');
    await expect.poll(active, PATIENCE).toBe('group-stem');
    await keyboard.press('ArrowRight');
    await expect.poll(() => textOf(editor.locator('.layer-bar h2')), PATIENCE).toBe('stem.0');
    await keyboard.press('ArrowLeft');
    await keyboard.press('ArrowLeft');
    await expect.poll(names, PATIENCE).not.toContain('stem.0');
    expect(await active()).toBe('group-stem');
    const stem = table.locator('.row[data-group="stem"]');
    expect(await stem.getAttribute('aria-expanded')).toBe('false');
    // 112 and 222 parameters in two convolutions.
    expect(await stem.locator('.cell.parameters').getAttribute('title')).toBe('334');
    await table.locator('.row[data-group="layer1"]').click();
    await expect.poll(names, PATIENCE).not.toContain('layer1.0.conv2');
  });

  it('makes columns wider by the pointer and from the keyboard', async () => {
    const editor = await window.panel(NESTED);
    const edge = editor.locator('.layer-table .head .name .edge');
    const width = async (): Promise<number> =>
      (await editor.locator('.layer-table .head .name').boundingBox())?.width ?? 0;
    const before = await width();
    const focused = (): Promise<string | null> =>
      editor
        .locator(':focus')
        .evaluate((each) => each.getAttribute('data-column') ?? each.getAttribute('role'));
    // The head is the Tab stop after the rows, and one only.
    await editor.locator('.layer-table').focus();
    await editor.locator('.layer-table').press('Tab');
    expect(await focused()).toBe('name');
    await editor.locator(':focus').press('ArrowRight');
    expect(await focused()).toBe('operator');
    await editor.locator(':focus').press('ArrowLeft');
    await editor.locator(':focus').press('Shift+ArrowRight');
    await expect.poll(width, PATIENCE).toBe(before + 10);
    // A screen reader tells the width, for the focus is on what has it as its value.
    expect(await focused()).toBe('separator');
    expect(await edge.getAttribute('aria-valuenow')).toBe(String(before + 10));
    await editor.locator(':focus').press('ArrowRight');
    expect(await focused()).toBe('operator');
    await editor.locator(':focus').press('Shift+Tab');
    expect(await focused()).toBe('treegrid');
    const box = await edge.boundingBox();
    const { mouse } = window.workbench.page;
    const [x, y] = [(box?.x ?? 0) + 4, (box?.y ?? 0) + 10];
    await mouse.move(x, y);
    await mouse.down();
    await mouse.move(x + 30, y, { steps: 3 });
    await mouse.up();
    await expect.poll(width, PATIENCE).toBe(before + 40);
  });

  it('unfolds a module where a layer in it is chosen elsewhere', async () => {
    const editor = await window.panel(NESTED);
    const folded = (group: string): Promise<string | null> =>
      editor.locator(`.layer-table .row[data-group="${group}"]`).getAttribute('aria-expanded');
    await expect.poll(() => folded('layer1'), PATIENCE).toBe('false');
    await window.workbench.runCommand('Unpool: Choose Layer...');
    await window.workbench.typeInQuickInput('layer1.0.conv1');
    await expect.poll(() => folded('layer1'), PATIENCE).toBe('true');
    expect(await folded('stem')).toBe('false');
  });
});
