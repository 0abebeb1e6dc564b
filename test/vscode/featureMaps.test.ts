/** The Feature maps panel shows what the network computes on the photo. */

import { interpolateViridis } from 'd3-scale-chromatic';
import { rgb } from 'd3-color';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { unpool } from '../unit/cli/run.js';
import { arrayOf, channelOf } from './commandLine.js';
import { describeInVsCode, MODEL, PATIENCE, pixel, textOf } from './window.js';

const TITLE = `Feature Maps: ${MODEL}`;

describeInVsCode('feature maps', {}, (window) => {
  const mapsOf = (layer: string, photo: string) =>
    arrayOf(
      ...['features', join(window.folder, 'models', MODEL), join(window.folder, 'photos', photo)],
      ...['--layer', layer],
    );

  it('says what is missing while there is no photo', async () => {
    await window.workbench.runCommand('Unpool: Show Feature Maps');
    await window.workbench.pick(MODEL);
    const panel = await window.panel(TITLE);
    await expect.poll(() => textOf(panel.locator('#root > .empty')), PATIENCE).toContain('Choose a photo');
  });

  it('runs the layer on the photo as soon as there is one', async () => {
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    const panel = await window.panel(TITLE);
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toMatch(/^32 maps of 63×63/);
    const { data } = await mapsOf('conv1', 'panda.jpg');
    const largest = data.reduce((most, value) => Math.max(most, value), -Infinity);
    const row = panel.locator('.detail .facts tr', { hasText: 'largest' });
    await expect.poll(() => textOf(row), PATIENCE).toContain(String(Number(largest.toPrecision(4))));
  });

  it('draws each map of a layer between its own smallest and largest activation', async () => {
    const layers = await window.workbench.view('Unpool', 'Layers');
    await layers.click('pool2');
    const panel = await window.panel(TITLE);
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toMatch(/^80 maps of 7×7/);
    const maps = await mapsOf('pool2', 'panda.jpg');
    const largest = Math.max(...maps.data);
    const channel =
      [...Array(80).keys()].find((each) => Math.max(...channelOf(maps, each)) > largest / 2) ?? 0;
    const [least, most] = [Math.min(...channelOf(maps, channel)), Math.max(...channelOf(maps, channel))];
    const canvas = panel.locator(`.overview .tile[data-item="${channel}"] canvas`);
    await panel.locator('.overview .tile-grid').focus();
    await canvas.scrollIntoViewIfNeeded();
    for (const [y, x] of [
      [0, 0],
      [3, 4],
      [6, 6],
    ] as const) {
      const value = channelOf(maps, channel)[y * 7 + x] ?? NaN;
      const { r, g, b } = rgb(interpolateViridis(Math.round(((value - least) / (most - least)) * 255) / 255));
      expect(await pixel(canvas, (x + 0.5) / 7, (y + 0.5) / 7)).toEqual([r, g, b]);
    }
  });

  it('changes with the photo that is chosen in the side bar', async () => {
    const photos = await window.workbench.view('Unpool', 'Photos');
    await photos.click('photos', 'pyramid.jpg');
    const panel = await window.panel(TITLE);
    const { data } = await mapsOf('pool2', 'pyramid.jpg');
    const largest = data.reduce((most, value) => Math.max(most, value), -Infinity);
    const row = panel.locator('.detail .facts tr', { hasText: 'largest' });
    await expect.poll(() => textOf(row), PATIENCE).toContain(String(Number(largest.toPrecision(4))));
    await window.workbench.waitForStatusBarItem('pyramid.jpg');
  });

  it('opens from a map: the photo picker, another opacity', async () => {
    const panel = await window.panel(TITLE);
    await panel.locator('.overview .tile[data-item="1"]').click();
    await expect.poll(() => textOf(panel.locator('.detail h2')), PATIENCE).toBe('Map 1 of pool2');
    const canvas = panel.locator('.detail > canvas');
    const opacity = panel.locator('.detail input[type="range"]');
    const paint = async (share: string): Promise<number[]> => {
      await opacity.fill(share);
      return pixel(canvas, 0.5, 0.5);
    };
    const photo = await paint('0');
    const map = await paint('100');
    const mixed = await paint('50');
    expect(map).not.toEqual(photo);
    mixed.forEach((value, at) => {
      expect(Math.abs(value - ((photo[at] ?? 0) + (map[at] ?? 0)) / 2)).toBeLessThanOrEqual(1);
    });
  });

  it('shows what makes each map answer, as the command line does', async () => {
    const panel = await window.panel(TITLE);
    await panel.locator('vscode-checkbox', { hasText: 'Projections' }).click();
    await panel.locator('body[data-ready="true"]').waitFor();
    const channel = 1;
    const model = join(window.folder, 'models', MODEL);
    const place = ['--layer', 'pool2', '--unit', String(channel)];
    const file = join(window.folder, 'unit.json');
    await unpool('project', model, join(window.folder, 'photos/pyramid.jpg'), ...place, '--out', file);
    const {
      window: seen,
      projection,
      shape,
    } = JSON.parse(await readFile(file, 'utf8')) as {
      window: Record<'top' | 'left' | 'bottom' | 'right', number>;
      projection: number[];
      shape: readonly [number, number, number, number];
    };
    const [, , height, width] = shape;
    const size = { width: seen.right - seen.left, height: seen.bottom - seen.top };
    const at = (y: number, x: number): number[] =>
      [0, 1, 2].map((rgb) => projection[(rgb * height + seen.top + y) * width + seen.left + x] ?? NaN);
    const inside = [...Array(size.width * size.height).keys()].flatMap((pixelAt) =>
      at(Math.floor(pixelAt / size.width), pixelAt % size.width),
    );
    // Full contrast is the percentile 99.5 of the absolute values, by nearest rank.
    const ascending = inside.map(Math.abs).sort((a, b) => a - b);
    const limit = ascending[Math.ceil(0.995 * ascending.length) - 1] ?? NaN;
    const canvas = panel.locator(`.overview .tile[data-item="${channel}"] canvas`);
    for (const [y, x] of [
      [5, 5],
      [Math.floor(size.height / 2), Math.floor(size.width / 2)],
    ] as const) {
      const colour = at(y, x).map((value) =>
        Math.round(127.5 + 127.5 * Math.max(-1, Math.min(1, value / limit))),
      );
      expect(await pixel(canvas, (x + 0.5) / size.width, (y + 0.5) / size.height)).toEqual(colour);
    }
  });
});
