/** The Projection panel shows what in the photo made a unit answer. */

import { join } from 'node:path';
import { expect, it } from 'vitest';

import { arrayOf } from './commandLine.js';
import { describeInVsCode, MODEL, PATIENCE, pixel, textOf } from './window.js';

const TITLE = `Projection: ${MODEL}`;

describeInVsCode('projection', {}, (window) => {
  const projectionOf = (...options: string[]) =>
    arrayOf(
      ...['project', join(window.folder, 'models', MODEL), join(window.folder, 'photos/panda.jpg')],
      ...options,
    );

  it('projects the strongest unit of the layer', async () => {
    await window.workbench.openFile(MODEL);
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    const panel = await window.show('Projection');
    await expect
      .poll(() => textOf(panel.locator('.summary')), PATIENCE)
      .toMatch(
        /^Unit of map 11 of conv1 at row 17, column 44 .* sees 7×7 pixels: columns 88 to 94, rows 34 to 40/,
      );
  });

  it('draws the projection in colours about mid-grey', async () => {
    const panel = await window.panel(TITLE);
    const { data, shape } = await projectionOf('--layer', 'conv1');
    const [, , height = 0, width = 0] = shape;
    expect([height, width]).toEqual([131, 131]);
    const at = (channel: number, y: number, x: number): number =>
      data[(channel * height + y) * width + x] ?? NaN;
    const canvas = panel.locator('.figures figure .picture canvas').first();
    // Light where the sum of the channels is above zero, dark where it is below.
    for (const [y, x] of [
      [0, 0],
      [3, 4],
      [4, 1],
      [6, 6],
    ] as const) {
      const sum = [0, 1, 2].reduce((total, channel) => total + at(channel, 34 + y, 88 + x), 0);
      const shown = await pixel(canvas, (x + 0.5) / 7, (y + 0.5) / 7);
      const mean = shown.reduce((total, level) => total + level, 0) / 3;
      expect(Math.sign(mean - 127.5)).toBe(Math.sign(sum));
    }
  });

  it('steps to the next convolution, and takes another method', async () => {
    const panel = await window.panel(TITLE);
    await panel.getByRole('button', { name: 'Next convolution layer' }).click();
    const summary = panel.locator('.summary');
    await expect.poll(() => textOf(summary), PATIENCE).toMatch(/ of conv2 at .* sees 27×27 pixels/);
    const range = panel.locator('.figures figure').first().locator('.projection-scale');
    expect(await range.locator('.colour-bar').isVisible()).toBe(false);
    // The percentile 99.5 of the absolute values in the field, by nearest rank; outside of it all are zero.
    const fullContrast = async (method: string): Promise<string> => {
      const { data } = await projectionOf('--layer', 'conv2', '--method', method);
      const count = 3 * 27 * 27;
      const descending = Array.from(data, Math.abs).sort((a, b) => b - a);
      const limit = descending[count - Math.ceil(0.995 * count)] ?? NaN;
      return String(Number(limit.toPrecision(4)));
    };
    await expect.poll(() => textOf(range), PATIENCE).toContain(await fullContrast('deconvnet'));
    await panel.locator('vscode-single-select[label="Method"]').click();
    await panel.getByRole('option', { name: /^guided/ }).click();
    await expect.poll(() => textOf(range), PATIENCE).toContain(await fullContrast('guided'));
  });

  it('picks the unit that looks at a point of the photo', async () => {
    const panel = await window.panel(TITLE);
    const photo = panel.locator('.figures figure', { hasText: 'Receptive field' }).locator('.picture canvas');
    const box = await photo.boundingBox();
    await photo.click({ position: { x: (box?.width ?? 0) * 0.3, y: (box?.height ?? 0) * 0.6 } });
    const sees = async (): Promise<boolean> => {
      const [, left, right, top, bottom] =
        /columns (\d+) to (\d+), rows (\d+) to (\d+)/
          .exec(await textOf(panel.locator('.summary')))
          ?.map(Number) ?? [];
      const [x, y] = [0.3 * 131, 0.6 * 131];
      return (left ?? 999) <= x && x <= (right ?? 0) + 1 && (top ?? 999) <= y && y <= (bottom ?? 0) + 1;
    };
    await expect.poll(sees, PATIENCE).toBe(true);
  });
});
