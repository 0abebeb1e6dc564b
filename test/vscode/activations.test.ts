/** The Activation Functions panel: what a layer is fed, what other functions would make of it, all computed. */

import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';

import { statistics } from '../../src/core/statistics.js';
import { percent, short } from '../../webview/common/numbers.js';
import { arrayOf, predictionsOf } from './commandLine.js';
import { coloursOf, describeInVsCode, MODEL, PATIENCE, textOf } from './window.js';

const TITLE = `Activation Functions: ${MODEL}`;

describeInVsCode('activation functions', {}, (window) => {
  /** What relu2 is fed on the panda. */
  let fed: Float32Array;

  const panel = (): Promise<Frame> => window.panel(TITLE);
  const summary = async (): Promise<string> => textOf((await panel()).locator('.summary'));
  const tables = async (): Promise<readonly (readonly string[])[]> =>
    (await (await panel()).locator('.swap .facts tr').allInnerTexts()).map((row) => row.split('\t'));
  /** The last two cells of a row of the table of properties: share of flat inputs, and slope. */
  const measured = async (name: RegExp): Promise<string[]> => {
    const row = (await panel()).locator('.properties tbody tr').filter({ hasText: name }).first();
    return (await row.locator('.number').allInnerTexts()).map((text) => text.trim());
  };
  const rootMeanSquare = (values: Float32Array): number =>
    Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);
  const shareOf = (values: Float32Array, is: (value: number) => boolean): number =>
    values.reduce((count, value) => count + (is(value) ? 1 : 0), 0) / values.length;
  const choose = async (list: string, option: string): Promise<void> => {
    await (await panel()).locator(`vscode-single-select[label="${list}"]`).click();
    await (await panel()).getByRole('option', { name: option, exact: true }).click();
  };
  /** Moves a slider as the keyboard does. */
  const slide = async (name: string, value: number): Promise<void> =>
    (await panel()).getByRole('slider', { name, exact: true }).fill(String(value));

  beforeAll(async () => {
    const [model, photo] = [join(window.folder, 'models', MODEL), join(window.folder, 'photos/panda.jpg')];
    fed = (await arrayOf('features', model, photo, '--layer', 'conv2')).data;
    await window.workbench.openFile(MODEL);
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    await window.workbench.waitForStatusBarItem('panda.jpg');
    await (await window.workbench.view('Unpool', 'Layers')).click('relu2');
    await window.workbench.runCommand('View: Close All Editors');
    await window.workbench.runCommand('Unpool: Compare Activation Functions');
  });

  it('tells what the layer is fed, and where its function is flat', async () => {
    const { min, max, mean } = statistics(fed);
    const flat = shareOf(fed, (value) => value <= 0);
    await expect
      .poll(summary, PATIENCE)
      .toBe(
        [
          'relu2 is ReLU',
          `${fed.length.toLocaleString('en')} inputs from ${short(min)} to ${short(max)}, mean ${short(mean)}`,
          `the derivative nearly vanishes for ${percent(flat)} of them`,
          `After 20 layers: ${short(100 * (1 - flat) ** 10, 3)} % of the gradient (ignoring weights)`,
        ].join(' · '),
      );
  });

  it('measures other functions on the same inputs', async () => {
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    const slopes = {
      sigmoid: (x: number) => sigmoid(x) * (1 - sigmoid(x)),
      tanh: (x: number) => 1 - Math.tanh(x) ** 2,
    };
    for (const [name, slope, most] of [
      [/^Sigmoid/, slopes.sigmoid, 0.25],
      [/^tanh/, slopes.tanh, 1],
    ] as const) {
      const values = fed.map(slope);
      expect(await measured(name)).toEqual([
        percent(shareOf(values, (value) => value < 0.05 * most)),
        short(rootMeanSquare(values), 3),
      ]);
    }
  });

  it('draws the curves', async () => {
    const canvases = (await panel()).locator('figure canvas');
    expect(await canvases.count()).toBe(3);
    for (const place of [0, 1, 2]) {
      const [[, background] = ['', 1], ...others] = await coloursOf(canvases.nth(place));
      expect(1 - background).toBeGreaterThan(0.02);
      expect(others.length).toBeGreaterThan(20);
    }
  });

  it('follows the sliders: of a parameter, of the depth', async () => {
    await slide('Layers in the stack', 4);
    const flat = shareOf(fed, (value) => value <= 0);
    await expect.poll(summary, PATIENCE).toContain(`After 4 layers: ${short(100 * (1 - flat) ** 2, 3)} % of`);
    await choose('Parameters of', 'Leaky ReLU');
    await slide('α', 0.2);
    const slope = short(rootMeanSquare(fed.map((value) => (value > 0 ? 1 : 0.2))), 3);
    await expect.poll(() => measured(/^Leaky ReLU, α = 0\.2/), PATIENCE).toEqual(['0.0 %', slope]);
  });

  it('runs the network with another function in its place', async () => {
    await choose('In its place', 'Leaky ReLU');
    await (await panel()).getByRole('button', { name: 'Run the Network' }).click();
    const own = fed.map((value) => Math.max(0, value));
    const leaky = fed.map((value) => (value > 0 ? value : 0.2 * value));
    const [before, after] = [statistics(own), statistics(leaky)];
    await expect.poll(tables, PATIENCE).toEqual(
      expect.arrayContaining([
        ['outputs of the layer', 'as it is', 'Leaky ReLU, α = 0.2'],
        ['smallest', short(before.min), short(after.min)],
        ['largest', short(before.max), short(after.max)],
        ['mean', short(before.mean), short(after.mean)],
        ['standard deviation', short(before.standardDeviation), short(after.standardDeviation)],
        ['zeros (sparsity)', percent(before.zeros), percent(after.zeros)],
      ]),
    );
    const change = rootMeanSquare(leaky.map((value, at) => value - (own[at] ?? NaN))) / rootMeanSquare(own);
    expect(await textOf((await panel()).locator('.swap .result p'))).toContain(`by ${percent(change)} of`);
    const [model, photo] = [join(window.folder, 'models', MODEL), join(window.folder, 'photos/panda.jpg')];
    const [first] = await predictionsOf(model, photo);
    const row = (await tables()).find(([label]) => label === first?.label);
    expect(row?.[1]).toBe(percent(first?.probability ?? NaN));
    expect(row?.[2]).toMatch(/^[<>]? ?\d+\.\d %$/);
  });

  it('is as it was after a reload', async () => {
    // What was changed last.
    await window.workbench.reload();
    await expect.poll(summary, PATIENCE).toMatch(/^relu2 is ReLU · .* · After 4 layers:/);
    await expect.poll(() => measured(/^Leaky ReLU, α = 0\.2/), PATIENCE).toHaveLength(2);
  });
});
