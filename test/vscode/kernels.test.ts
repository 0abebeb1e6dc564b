/** The Kernels panel shows the weights that are in the file. */

import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';

import type { FloatTensor } from '../../src/core/tensor.js';
import { arrayOf, channelOf } from './commandLine.js';
import { coloursIn } from './kernelColours.js';
import { describeInVsCode, MODEL, PATIENCE, pixel, textOf } from './window.js';

describeInVsCode('kernels', {}, (window) => {
  let conv1: FloatTensor;
  let norms: number[];
  const normOf = (kernel: number): number => norms[kernel] ?? NaN;

  beforeAll(async () => {
    conv1 = await arrayOf('kernels', join(window.folder, 'models', MODEL), '--layer', 'conv1');
    norms = Array.from({ length: conv1.shape[0] ?? 0 }, (_, kernel) =>
      Math.hypot(...channelOf(conv1, kernel)),
    );
  });

  it('asks for the model, and shows every kernel of its first convolution', async () => {
    await window.workbench.runCommand('Unpool: Show Kernels');
    await window.workbench.pick(MODEL);
    const panel = await window.panel(`Kernels: ${MODEL}`);
    expect(conv1.shape).toEqual([32, 3, 7, 7]);
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toMatch(/^32 kernels of 7×7×3/);
    const facts = panel.locator('.kernel-facts');
    await expect.poll(() => textOf(facts), PATIENCE).toContain(`norm ${Number(normOf(0).toPrecision(4))}`);
  });

  it('draws weights as colours about mid-grey', async () => {
    const panel = await window.panel(`Kernels: ${MODEL}`);
    const kernel = 6;
    const canvas = panel.locator(`.tile[data-item="${kernel}"] canvas`).first();
    for (const { x, y, colour } of coloursIn(channelOf(conv1, kernel))) {
      expect(await pixel(canvas, x, y)).toEqual(colour);
    }
  });

  it('sorts by norm, and shows the numbers of the kernel that is clicked', async () => {
    const panel = await window.panel(`Kernels: ${MODEL}`);
    const strongest = norms.indexOf(Math.max(...norms));
    await panel.locator('vscode-single-select[label="Sort by"]').click();
    await panel.getByRole('option', { name: 'norm', exact: true }).click();
    const first = panel.locator('.overview .tile[aria-posinset="1"]');
    await expect.poll(() => first.getAttribute('data-item'), PATIENCE).toBe(String(strongest));
    await first.click();
    await expect.poll(() => textOf(panel.locator('.detail h2')), PATIENCE).toBe(`Kernel ${strongest}`);
    const shown = await panel.locator('.weights td').allInnerTexts();
    const red = channelOf(conv1, strongest).subarray(0, 49);
    expect(shown.map(Number)).toEqual([...red].map((weight) => Number(weight.toPrecision(2))));
  });

  it('follows the layer that is selected in the side bar', async () => {
    const layers = await window.workbench.view('Unpool', 'Layers');
    await layers.click('conv2');
    const panel = await window.panel(`Kernels: ${MODEL}`);
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toMatch(/^80 kernels of 5×5×32/);
  });
});
