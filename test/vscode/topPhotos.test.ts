/** The Top Photos panel shows what of an index's photos excites each map, in the order and with the numbers of `unpool top`. */

import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';

import { decodeImage } from '../../src/core/imaging/decode.js';
import { openPhotoSet } from '../../src/core/photos/photoSet.js';
import { unpool } from '../unit/cli/run.js';
import { findings } from './axe.js';
import { describeInVsCode, PATIENCE, pixel, ROOT, textOf } from './window.js';

const FIXTURE = join(ROOT, 'test/fixtures/photoSet');
const NETWORK = 'tiny.onnx';
const SET = 'photos.zip';
const STORE = 'index';

async function fill(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of [NETWORK, SET]) {
    await cp(join(FIXTURE, name), join(folder, name));
  }
  const [model, photos] = [join(folder, NETWORK), join(folder, SET)];
  const { status, stderr } = await unpool(
    'index',
    model,
    photos,
    '--batch',
    '4',
    '--out',
    join(folder, STORE),
  );
  expect(status, stderr).toBe(0);
}

interface Described {
  readonly maps: readonly {
    readonly map: number;
    readonly largest: number;
    readonly byLabel: Readonly<Record<string, number>>;
    readonly top: readonly {
      readonly path: string;
      readonly value: number;
      readonly window: Readonly<Record<'top' | 'left' | 'bottom' | 'right', number>>;
    }[];
  }[];
}

describeInVsCode('top photos', { fill }, (window) => {
  let panel: Frame;

  /** What the command line says of all maps of the layer in an order. */
  const described = async (...order: readonly string[]): Promise<Described['maps']> => {
    const out = join(window.folder, 'top.json');
    const store = join(window.folder, STORE);
    const { status, stderr } = await unpool('top', store, '--layer', 'relu1', ...order, '--out', out);
    expect(status, stderr).toBe(0);
    return (JSON.parse(await readFile(out, 'utf8')) as Described).maps;
  };
  /** The maps in the order in which a screen reader counts them. */
  const order = (): Promise<readonly number[]> =>
    panel
      .locator('.overview .tile')
      .evaluateAll((tiles) =>
        tiles
          .sort((a, b) => Number(a.getAttribute('aria-posinset')) - Number(b.getAttribute('aria-posinset')))
          .map((tile) => Number(tile.getAttribute('data-item'))),
      );
  /** Holds the maps on the page, the last of which may be out of sight and not there, against an order. */
  const expectOrder = async (maps: Described['maps']): Promise<void> => {
    const wanted = maps.map(({ map }) => map);
    const isSame = async (): Promise<boolean> => {
      const found = await order();
      return found.length > 3 && found.join() === wanted.slice(0, found.length).join();
    };
    await expect.poll(isSame, PATIENCE).toBe(true);
  };
  const title = (): Promise<string> => textOf(panel.locator('.detail h2'));

  it('shows all maps of a layer, those first that answer one class alone', async () => {
    await window.workbench.openFile(NETWORK);
    // Commands are about it once it is open.
    await window.panel(NETWORK);
    await window.workbench.runCommand('Unpool: Show Top Photos');
    panel = await window.panel(`Top Photos: ${NETWORK}`);
    await panel.locator('.index-offer vscode-button', { hasText: 'Open Index' }).click();
    await window.chooseFolder(join(window.folder, STORE));
    await expect
      .poll(() => textOf(panel.locator('.summary')), PATIENCE)
      .toMatch(/^6 maps of 16×16 .* 44 photos/);
    const maps = await described('--sort', 'selectivity');
    await expectOrder(maps);
    await expect.poll(title, PATIENCE).toBe(`Map ${maps[0]?.map ?? ''} of relu1`);
    await expect
      .poll(() => textOf(panel.locator('footer.command code')), PATIENCE)
      .toBe(`unpool top ${join(window.folder, STORE)} --layer relu1 --sort selectivity --out top.png`);
  });

  it('cuts what the strongest unit sees out of its photo', async () => {
    await panel.locator('.tile-grid[aria-busy="false"]').waitFor();
    const [first] = await described('--sort', 'selectivity');
    const [strongest] = first?.top ?? [];
    const set = await openPhotoSet(join(window.folder, SET));
    const listed = set.photos.find(({ path }) => path === strongest?.path);
    const image = await decodeImage((listed && (await set.read(listed))) ?? new Uint8Array(), 'photo');
    await set.close();
    // Photos of the fixture are as large as the input. The unit sees three pixels by three, fewer at the border: they are
    // in the middle then.
    const { top = 0, left = 0, bottom = 0, right = 0 } = strongest?.window ?? {};
    const at = (top * image.width + left) * 3;
    const canvas = panel.locator('.cells button canvas').first();
    const share = (from: number, to: number): number => (0.5 + (3 - (to - from)) / 2) / 3;
    const [x, y] = [share(left, right), share(top, bottom)];
    await expect.poll(() => pixel(canvas, x, y), PATIENCE).toEqual([...image.data.subarray(at, at + 3)]);
    const button = panel.locator('.cells button').first();
    const value = String(Number((strongest?.value ?? NaN).toPrecision(4)));
    expect(await button.getAttribute('aria-label')).toBe(`1. ${strongest?.path ?? ''}, activation ${value}`);
  });

  it('finds the maps that answer a class, and those that are like one', async () => {
    const bar = panel.locator('.label-bars button').nth(1);
    const label = await textOf(bar.locator('.name'));
    await bar.click();
    const byLabel = await described('--label', label);
    await expectOrder(byLabel);
    await expect.poll(title, PATIENCE).toBe(`Map ${byLabel[0]?.map ?? ''} of relu1`);
    await panel.locator('.detail vscode-button', { hasText: 'Maps Like This One' }).click();
    const like = await described('--like', String(byLabel[0]?.map ?? 0));
    await expectOrder(like);
    await expect
      .poll(() => textOf(panel.locator('footer.command code')), PATIENCE)
      .toContain(`--like ${byLabel[0]?.map ?? ''}`);
    expect(await findings(panel)).toEqual([]);
  });

  it('leads by keys from a map to its photos, and from a photo to its projection', async () => {
    const { keyboard } = window.workbench.page;
    await panel.locator('.tile-grid').focus();
    await keyboard.press('Home');
    await keyboard.press('ArrowRight');
    const second = (await order())[1];
    await expect.poll(title, PATIENCE).toBe(`Map ${second ?? ''} of relu1`);
    await expect
      .poll(() => panel.locator('.cells button[aria-label*="activation"]').count(), PATIENCE)
      .toBeGreaterThan(1);
    await keyboard.press('Enter');
    await keyboard.press('ArrowRight');
    const chosen = panel.locator('.cells button[aria-pressed="true"]');
    await expect.poll(() => chosen.getAttribute('aria-label'), PATIENCE).toMatch(/^2\. /);
    const path = await textOf(panel.locator('.photo-line .name'));
    await keyboard.press('Enter');
    await window.panel(`Projection: ${NETWORK}`);
    await window.workbench.waitForStatusBarItem(path.split('/').at(-1) ?? '');
  });
});
