/** The Neighbours panel: the photos of an index nearest to some, and all of them on a map. */

import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';

import { findings } from './axe.js';
import { coloursOf, describeInVsCode, MODEL, modelAndPhotos, PATIENCE, ROOT, textOf } from './window.js';

const STORE = 'indexes/shapes';

/** 42 photos with three labels, and their index. */
async function fill(folder: string): Promise<void> {
  await modelAndPhotos(folder);
  await mkdir(join(folder, 'indexes'));
  await cp(join(ROOT, 'test/fixtures/photoSet/photos.zip'), join(folder, 'shapes.zip'));
  await unpool(folder, 'index', `models/${MODEL}`, 'shapes.zip', '--batch', '8', '--out', STORE);
}

async function unpool(folder: string, ...args: string[]): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'dist/cli.js'), ...args], { cwd: folder });
}

interface Answered {
  readonly neighbours: readonly {
    readonly path: string;
    readonly label: string;
    readonly distance: number;
  }[];
}

describeInVsCode('neighbours', { fill }, (window) => {
  let panel: Frame;

  /** What the command line says of the same photos. */
  const answers = async (image: string, ...options: string[]): Promise<Answered['neighbours']> => {
    await unpool(window.folder, 'neighbours', STORE, image, ...options, '--out', 'near.json');
    const { queries } = JSON.parse(await readFile(join(window.folder, 'near.json'), 'utf8')) as {
      queries: readonly Answered[];
    };
    return queries[0]?.neighbours ?? [];
  };
  const shown = (row: number): Promise<readonly string[]> =>
    panel
      .locator('.query')
      .nth(row)
      .locator('ol button')
      .evaluateAll((tiles) => tiles.map((tile) => (tile as unknown as { title: string }).title));

  it('offers to open an index, and lays its photos out', async () => {
    await window.workbench.openFile(MODEL);
    // Commands are about it once it is open.
    await window.panel(MODEL);
    panel = await window.show('Neighbours');
    await panel.locator('.index-offer vscode-button', { hasText: 'Open Index' }).click();
    await window.chooseFolder(join(window.folder, STORE));
    await expect.poll(() => panel.locator('.legend li').count(), PATIENCE).toBe(3);
    await panel.locator('.none').waitFor();
    const dots = panel.locator('.set-map .stage canvas').first();
    await expect.poll(async () => (await coloursOf(dots)).length, PATIENCE).toBeGreaterThan(3);
    await expect
      .poll(() => textOf(panel.locator('.set-map footer code')), PATIENCE)
      .toMatch(/^unpool map \S+indexes\/shapes --layer \w+ --out map.png$/);
  });

  it('answers about a photo of the map that keys lead to, as the command line does', async () => {
    await panel.locator('.stage').focus();
    await window.workbench.page.keyboard.press('ArrowRight');
    const pointed = panel.locator('.set-map > p[role="status"]');
    await expect.poll(() => textOf(pointed), PATIENCE).toMatch(/\.png, /);
    const path = (await textOf(pointed)).split(', ')[0] ?? '';
    await window.workbench.page.keyboard.press('Enter');
    await panel.getByRole('menuitem', { name: 'Neighbours of This Photo' }).click();
    await expect.poll(async () => (await shown(0)).length, PATIENCE).toBe(6);
    const told = await shown(0);
    (await answers(path)).forEach((neighbour, rank) => {
      expect(told[rank]).toContain(`${rank + 1}: ${neighbour.path}, ${neighbour.label}, `);
      expect(told[rank]).toContain(`distance ${String(Number(neighbour.distance.toPrecision(4)))}`);
      const agrees = neighbour.label === path.split('/')[0];
      expect(told[rank]).toContain(agrees ? 'same label' : 'another label');
    });
    expect(await findings(panel)).toEqual([]);
  });

  it('answers about a photo from outside, and about an answer that is clicked', async () => {
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    const first = panel.locator('.query').first();
    await expect.poll(() => textOf(first.locator('.asked')), PATIENCE).toContain('chosen photo');
    await expect.poll(async () => (await shown(0)).length, PATIENCE).toBe(6);
    const name = await first.locator('.asked .tile').getAttribute('title');
    const near = await answers(join('photos', name ?? ''));
    const told = await shown(0);
    near.forEach(({ path }, rank) => {
      expect(told[rank]).toContain(path);
    });
    await first.locator('ol button').first().click();
    await panel.getByRole('menuitem', { name: 'Neighbours of This Photo' }).click();
    await expect.poll(() => panel.locator('.query').count(), PATIENCE).toBe(3);
  });

  it('lists what a lasso goes around, and filters by the legend', async () => {
    const box = await panel.locator('.stage').boundingBox();
    const { mouse, keyboard } = window.workbench.page;
    const at = (x: number, y: number): [number, number] => [
      (box?.x ?? 0) + x * (box?.width ?? 0),
      (box?.y ?? 0) + y * (box?.height ?? 0),
    ];
    const lasso = async (): Promise<void> => {
      await keyboard.down('Shift');
      await mouse.move(...at(0.01, 0.01));
      await mouse.down();
      await mouse.move(...at(0.99, 0.01));
      await mouse.move(...at(0.99, 0.99));
      await mouse.move(...at(0.01, 0.99));
      await mouse.up();
      await keyboard.up('Shift');
    };
    await lasso();
    const heading = panel.locator('.selected-photos h2');
    await expect.poll(() => textOf(heading), PATIENCE).toMatch(/^\d\d photos selected$/);
    const all = Number((await textOf(heading)).split(' ')[0]);
    const legend = panel.locator('.legend li button');
    const ofFirst = Number((await textOf(legend.first())).split(' ').at(-1));
    await legend.first().click();
    await lasso();
    await expect.poll(() => textOf(heading), PATIENCE).toBe(`${ofFirst} photos selected`);
    expect(ofFirst).toBeLessThan(all);
    await panel.locator('.selected-photos vscode-button', { hasText: 'Use the First 12' }).click();
    await expect.poll(() => panel.locator('.query').count(), PATIENCE).toBe(13);
  });

  it('shows the same after a reload, with UMAP, too', async () => {
    await panel.locator('.set-map vscode-single-select').first().click();
    await panel.getByRole('option', { name: 'UMAP' }).click();
    await expect
      .poll(() => textOf(panel.locator('.set-map footer code')), PATIENCE)
      .toContain('--method umap');
    await expect.poll(() => panel.locator('.set-map .about').innerText(), PATIENCE).toBe('');
    await window.workbench.reload();
    panel = await window.panel(`Neighbours: ${MODEL}`);
    await expect.poll(() => panel.locator('.query').count(), PATIENCE).toBe(13);
    await expect
      .poll(() => textOf(panel.locator('.set-map footer code')), PATIENCE)
      .toContain('--method umap');
    const dots = panel.locator('.set-map .stage canvas').first();
    await expect.poll(async () => (await coloursOf(dots)).length, PATIENCE).toBeGreaterThan(3);
  });
});
