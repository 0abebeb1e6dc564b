/** The Evolution panel: a folder of checkpoints as a time line, with what the command line says of it. */

import { cp, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';

import { THEMES } from '../../scripts/vscode/themes.mjs';
import { unpool } from '../unit/cli/run.js';
import { findings } from './axe.js';
import { describeInVsCode, PATIENCE, ROOT, textOf } from './window.js';

const CHECKPOINTS = 'checkpoints';
const PHOTOS = 'photos.zip';
const TITLE = 'Evolution: epoch-10.onnx';

async function fill(folder: string): Promise<void> {
  const from = join(ROOT, 'test/fixtures/evolution');
  await mkdir(join(folder, CHECKPOINTS));
  for (const name of (await readdir(from)).filter((each) => each.startsWith('epoch-'))) {
    await cp(join(from, name), join(folder, CHECKPOINTS, name));
  }
  await cp(join(ROOT, 'test/fixtures/photoSet', PHOTOS), join(folder, PHOTOS));
}

interface Described {
  readonly checkpoints: readonly {
    readonly epoch: number;
    readonly accuracy: { readonly share: number };
    readonly layers: readonly { readonly layer: string; readonly deadMaps: number; readonly maps: number }[];
  }[];
  readonly wall: {
    readonly layer: string;
    readonly maps: readonly {
      readonly map: number;
      readonly checkpoints: readonly { readonly photo: string | null; readonly jumped: boolean }[];
    }[];
  };
}

describeInVsCode('evolution', { fill }, (window) => {
  const described = async (): Promise<Described> => {
    const folder = join(window.folder, CHECKPOINTS);
    const { status, stdout, stderr } = await unpool(
      'evolution',
      folder,
      join(window.folder, PHOTOS),
      '--json',
    );
    expect(status, stderr).toBe(0);
    return JSON.parse(stdout) as Described;
  };
  const audit = async (panel: Frame): Promise<string[]> => {
    const found: string[] = [];
    for (const theme of Object.keys(THEMES) as (keyof typeof THEMES)[]) {
      await window.workbench.setTheme(theme);
      found.push(...(await findings(panel)).map((finding) => `${theme}: ${finding}`));
    }
    return found;
  };
  const heads = (panel: Frame): Promise<string[]> => panel.locator('.wall thead button').allTextContents();

  it('opens a folder with the weights and kernels of its checkpoints', async () => {
    await window.workbench.runCommand('Unpool: Open Checkpoints...');
    await window.chooseFolder(join(window.folder, CHECKPOINTS));
    const panel = await window.panel(TITLE);
    expect(await heads(panel)).toEqual(['0', '1', '2', '5', '10']);
    // Six kernels at each of five checkpoints.
    expect(await panel.locator('.wall td canvas').count()).toBe(30);
    expect(await panel.locator('.curves figure:visible').count()).toBe(2);
    expect(await textOf(panel.locator('.command code'))).toMatch(/^unpool evolution \S+checkpoints --out/);
  });

  it('shows on photos what the command line says of them', async () => {
    const panel = await window.panel(TITLE);
    await panel.locator('vscode-toolbar-button[title="Add a zip or a list of photos"]').click();
    await window.chooseFile(join(window.folder, PHOTOS));
    const command = panel.locator('.command code');
    await expect.poll(() => textOf(command), PATIENCE).toContain(PHOTOS);
    await panel.locator('body[data-ready="true"]').waitFor();
    const { checkpoints, wall } = await described();
    const rows = panel.locator('.wall tbody tr');
    expect(await rows.locator('th').allTextContents()).toEqual(wall.maps.map(({ map }) => String(map)));
    const marks = await rows.evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('td')].map((cell) => cell.classList.contains('jumped'))),
    );
    expect(marks).toEqual(
      wall.maps.map(({ checkpoints: own }) => own.map(({ jumped, photo }) => jumped && photo !== null)),
    );
    for (const [place, { epoch, accuracy, layers }] of checkpoints.entries()) {
      await panel.locator('.wall thead button').nth(place).click();
      await expect
        .poll(() => textOf(panel.locator('.moment h2')), PATIENCE)
        .toBe(`epoch-${epoch}: right about ${(100 * accuracy.share).toFixed(1)} % of the photos`);
      expect(await panel.locator('.moment .facts tbody tr td:nth-child(4)').allTextContents()).toEqual(
        layers.map(({ deadMaps, maps }) => `${deadMaps} of ${maps}`),
      );
      const captions = await panel.locator('.cards .caption').allTextContents();
      wall.maps.forEach(({ checkpoints: own }, row) => {
        expect(captions[row]).toContain(own[place]?.photo ?? 'answers no photo');
      });
    }
    expect(await panel.locator('.curves figure:visible').count()).toBe(5);
    expect(await textOf(command)).toMatch(
      /^unpool evolution \S+checkpoints \S+photos\.zip --out evolution\.png$/,
    );
  });

  it('goes from checkpoint to checkpoint by keys, and shows the maps that are asked for', async () => {
    const panel = await window.panel(TITLE);
    const slider = panel.locator('.time-line input');
    await slider.press('Home');
    await expect.poll(() => slider.getAttribute('aria-valuetext'), PATIENCE).toMatch(/^epoch-0 · 7\.1 %$/);
    expect(await textOf(panel.locator('.wall thead [aria-pressed="true"]'))).toBe('0');
    await slider.press('ArrowRight');
    await expect.poll(() => textOf(panel.locator('.moment h2')), PATIENCE).toMatch(/^epoch-1:/);
    const maps = panel.getByRole('textbox', { name: 'Maps', exact: true });
    await maps.fill('7, 2');
    await maps.press('Enter');
    await expect.poll(() => panel.locator('.wall tbody th').allTextContents(), PATIENCE).toEqual(['7', '2']);
    await panel.locator('body[data-ready="true"]').waitFor();
    expect(await textOf(panel.locator('.command code'))).toContain(' --maps 7,2 ');
  });

  it('has nothing that axe finds', async () => {
    const panel = await window.panel(TITLE);
    expect(await audit(panel)).toEqual([]);
  });
});
