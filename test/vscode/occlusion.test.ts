/** The Occlusion panel sweeps a square over the photo, can be stopped, and outlives the engine. */

import { interpolateViridis } from 'd3-scale-chromatic';
import { rgb } from 'd3-color';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, afterEach, expect, it } from 'vitest';

import { arrayOf, predictionsOf } from './commandLine.js';
import { killEngine } from './engineProcess.js';
import { HeldEngine } from './heldEngine.js';
import { describeInVsCode, MODEL, PATIENCE, pixel, textOf } from './window.js';

const TITLE = `Occlusion: ${MODEL}`;
const engine = new HeldEngine();
const options = { settings: engine.settings, expected: /engine process|SIGKILL/ };

describeInVsCode('occlusion', options, (window) => {
  afterEach(() => engine.release());
  afterAll(() => engine.remove());
  const model = (): string => join(window.folder, 'models', MODEL);
  const photo = (): string => join(window.folder, 'photos/panda.jpg');
  const setSlider = (panel: Frame, label: string, value: number): Promise<void> =>
    panel.locator(`input[type="range"][aria-label="${label}"]`).fill(String(value));

  it('shows how likely the class is wherever the square covers the photo', async () => {
    await window.workbench.openFile(MODEL);
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    const panel = await window.show('Occlusion');
    await setSlider(panel, 'Size', 32);
    await setSlider(panel, 'Step', 20);
    const probability = await arrayOf('occlude', model(), photo(), '--size', '32', '--stride', '20');
    const [rows = 0, columns = 0] = probability.shape;
    const least = Math.min(...probability.data);
    const [first] = await predictionsOf(model(), photo());
    const uncovered = ((first?.probability ?? NaN) * 100).toFixed(1);
    await expect
      .poll(() => textOf(panel.locator('.summary')), PATIENCE)
      .toMatch(
        `${first?.label}: ${uncovered} % without occluder · ${(least * 100).toFixed(1)} % where it falls most · ${columns}×${rows} positions`,
      );
  });

  it('draws the probabilities as colours', async () => {
    const panel = await window.panel(TITLE);
    await setSlider(panel, 'Heatmap over photo', 100);
    const { data, shape } = await arrayOf('occlude', model(), photo(), '--size', '32', '--stride', '20');
    const [, columns = 0] = shape;
    const [first] = await predictionsOf(model(), photo());
    const most = Math.max(first?.probability ?? 0, ...data);
    const canvas = panel.locator('.figures figure', { hasText: 'Probability of' }).locator('canvas').first();
    for (const [row, column] of [
      [1, 1],
      [2, 3],
      [3, 2],
    ] as const) {
      const share = (data[row * columns + column] ?? NaN) / most;
      const { r, g, b } = rgb(interpolateViridis(Math.round(share * 255) / 255));
      // The centre of the square at that position.
      const [x, y] = [(column * 20 + 16) / 131, (row * 20 + 16) / 131];
      await expect
        .poll(async () => {
          const shown = await pixel(canvas, x, y);
          return Math.max(...[r, g, b].map((level, at) => Math.abs(level - (shown[at] ?? 0))));
        }, PATIENCE)
        .toBeLessThanOrEqual(3);
    }
  });

  it('stops a sweep that is cancelled, and runs the next one', async () => {
    const panel = await window.panel(TITLE);
    engine.hold();
    await setSlider(panel, 'Size', 16);
    await setSlider(panel, 'Step', 1);
    await panel.locator('.busy vscode-button', { hasText: 'Cancel' }).click();
    await panel.locator('.stopped').waitFor({ state: 'visible' });
    await panel.locator('body[data-ready="true"]').waitFor();
    engine.release();
    await setSlider(panel, 'Step', 20);
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toContain('6×6 positions');
    await panel.locator('.stopped').waitFor({ state: 'hidden' });
  });

  it('cancels from the palette', async () => {
    const panel = await window.panel(TITLE);
    engine.hold();
    await setSlider(panel, 'Step', 1);
    await panel.locator('body[data-ready="false"]').waitFor({ state: 'attached' });
    await window.workbench.runCommand('Unpool: Cancel Running Work');
    await panel.locator('.stopped').waitFor({ state: 'visible' });
    await panel.locator('body[data-ready="true"]').waitFor();
    engine.release();
    await setSlider(panel, 'Step', 20);
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toContain('6×6 positions');
  });

  it('says so when the engine dies, and starts it again', async () => {
    const panel = await window.panel(TITLE);
    engine.hold();
    await setSlider(panel, 'Step', 1);
    // Until there is something to keep.
    const firstPart = (): Promise<string> => {
      engine.pass();
      return textOf(panel.locator('.summary'));
    };
    await expect.poll(firstPart, PATIENCE).toContain('116×116 positions');
    killEngine(window.server.userDataDir);
    await expect.poll(() => textOf(panel.locator('.error')), PATIENCE).toMatch(/engine/i);
    await panel.locator('.stopped').waitFor({ state: 'visible' });
    engine.release();
    await setSlider(panel, 'Step', 20);
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toContain('6×6 positions');
    await panel.locator('.error').waitFor({ state: 'hidden' });
    await window.workbench.waitForStatusBarItem('CPU');
  });
});
