/** What looks wrong with a model: found on request, listed in the Problems view, and mended where it can be. */

import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { CodeEditor } from '../../scripts/vscode/codeEditor.mjs';
import type { Problem } from '../../src/core/problems/problem.js';
import { unpool } from '../unit/cli/run.js';
import { COLLAPSING, collapsing } from './collapsing.js';
import { arrayOf } from './commandLine.js';
import { HeldEngine } from './heldEngine.js';
import { describeInVsCode, MODEL, modelAndPhotos, PATIENCE, ROOT, textOf } from './window.js';

const MERGED = 'collapsing.merged.onnx';
const engine = new HeldEngine();

async function brokenModels(folder: string): Promise<void> {
  await modelAndPhotos(folder);
  await writeFile(join(folder, COLLAPSING), collapsing());
}

describeInVsCode('problems', { fill: brokenModels, settings: engine.settings }, (window) => {
  afterAll(() => engine.remove());

  const photos = (): string[] =>
    ['panda.jpg', 'pyramid.jpg'].map((name) => join(window.folder, 'photos', name));
  const problemsOf = async (model: string, images = photos()): Promise<readonly Problem[]> => {
    const { stdout } = await unpool('problems', join(window.folder, model), ...images, '--json');
    return (JSON.parse(stdout) as { problems: Problem[] }).problems;
  };
  const isGrave = ({ severity }: Problem): boolean => severity === 'error' || severity === 'warning';
  const page = () => window.workbench.page;
  /** What the rows on screen of the Problems view say, without the explanations. */
  const listed = async (): Promise<(string | undefined)[]> =>
    (await page().locator('.markers-panel .marker-message-line:first-child').allInnerTexts()).map(
      (text) => text.split('\n')[0],
    );
  const find = async (model: string): Promise<void> => {
    await window.workbench.openFile(model);
    await window.panel(model.split('/').at(-1) ?? '');
    await window.workbench.runCommand('Unpool: Find Problems');
  };
  const selected = async (model: string): Promise<string> =>
    textOf((await window.panel(model)).locator('.layer-bar h2'));

  it('says how many there are, as the command line does', async () => {
    await window.workbench.openFile(COLLAPSING);
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    await window.workbench.waitForStatusBarItem('panda.jpg');
    await find(COLLAPSING);
    const found = await problemsOf(COLLAPSING);
    const grave = found.filter(isGrave);
    expect(grave.filter(({ id }) => id === 'linear-collapse')).toHaveLength(2);
    const text = `${COLLAPSING}: ${grave.length} problems, ${found.length - grave.length} remarks, on 2 photos.`;
    await window.workbench.waitForNotification(text);
    await window.workbench.pressNotificationButton(COLLAPSING, 'Show Problems');
  });

  it('lists them in the Problems view', async () => {
    // Hints are for the place alone: VS Code does not list them.
    const expected = (await problemsOf(COLLAPSING)).filter(({ severity }) => severity !== 'hint');
    await expect
      .poll(async () => (await listed()).toSorted(), PATIENCE)
      .toEqual(expected.map(({ message }) => message).toSorted());
  });

  it('opens what a finding is about from there', async () => {
    const row = page().locator('.markers-panel .monaco-list-row', { hasText: "'Gemm_scores'" });
    const [, second] = (await problemsOf(COLLAPSING)).filter(({ id }) => id === 'linear-collapse');
    // Rows move while findings come in: the pointer then rests on the row above, whose tooltip covers this one.
    const click = async (): Promise<string> => {
      await page().mouse.move(0, 0);
      await row
        .getByText('linear-collapse')
        .click({ timeout: 3000 })
        .catch(() => undefined);
      return selected(COLLAPSING);
    };
    await expect.poll(click, PATIENCE).toBe(second?.layer);
  });

  it('offers to merge the two where that leads, for the file itself has no line to offer it at', async () => {
    const pairs = (await problemsOf(COLLAPSING)).filter(({ id }) => id === 'linear-collapse');
    const { first, second } = pairs[1]?.evidence ?? {};
    const editor = await window.panel(COLLAPSING);
    const inBar = editor.locator('.layer-bar vscode-button', { hasText: 'Merge' });
    expect(await inBar.allTextContents()).toEqual([`Merge with ${String(first)}...`]);
    const listed = editor.locator('.problems li', { hasText: `'${String(second)}'` });
    const merge = listed.getByRole('button', { name: 'Merge...' });
    for (const each of [inBar, merge]) {
      expect(await each.getAttribute('title')).toBe(
        `Write a Model with '${String(first)}' and '${String(second)}' Merged...`,
      );
    }
    await merge.click();
    await window.chooseFile();
    // 16*40+40 and 40*10 of the pair, 16*10+10 of the layer in its place.
    const saved = `${MERGED}: ${(680 + 400 - 170).toLocaleString('en')} parameters less`;
    await window.workbench.waitForNotification(saved);
    await window.workbench.clearNotifications();
    await rm(join(window.folder, MERGED));
  });

  it('puts them into the text of the model', async () => {
    await window.workbench.runCommand('Unpool: Open as Text');
    const text = new CodeEditor(window.workbench, `${COLLAPSING}txt`);
    await text.goToLine(1);
    const underlined = page().locator('.monaco-editor .squiggly-warning');
    await expect.poll(() => underlined.count(), PATIENCE).toBe(1);
    await text.hover('[Conv_narrow] narrow = Conv', 'narrow', /nothing non-linear lies between/);
    await text.leave();
  });

  it('writes the model with the two merged, which answers the same', async () => {
    // Where nothing can be edited, as in that text, VS Code offers what can be done in this view alone.
    const row = page().locator('.markers-panel .monaco-list-row', { hasText: "'Conv_narrow'" });
    await row.getByText('nothing non-linear').first().click();
    const entries = page().locator('.monaco-menu .action-item .action-label');
    // The key opens nothing while VS Code still asks what can be done.
    const offered = async (): Promise<string[]> => {
      if ((await entries.count()) === 0) {
        await page().keyboard.press('Control+.');
      }
      await entries
        .first()
        .waitFor({ timeout: 1500 })
        .catch(() => undefined);
      return entries.allInnerTexts();
    };
    await expect
      .poll(offered, PATIENCE)
      .toEqual([
        expect.stringMatching(/^Write a Model with 'Conv_wide' and 'Conv_narrow' Merged/),
        'Show narrow in the Architecture',
      ]);
    // A menu ignores the mouse at first.
    const choose = async (): Promise<number> => {
      await entries
        .first()
        .click({ timeout: 1500 })
        .catch(() => undefined);
      return entries.count();
    };
    await expect.poll(choose, PATIENCE).toBe(0);
    await window.chooseFile();
    const saved = /: ([\d,]+) parameters less; the outputs on a random input differ by (\S+) of the largest/;
    const { text: message } = await window.workbench.waitForNotification(saved);
    // 32·75+32 and 16·32 of the pair, 16·75+16 of the layer in its place.
    expect(message).toContain(`${MERGED}: ${(2432 + 512 - 1216).toLocaleString('en')} parameters less`);
    const [before, after] = await Promise.all(
      [COLLAPSING, MERGED].map((model) => scoresOf(join(window.folder, model))),
    );
    expect(differenceOf(before ?? [], after ?? [])).toBeLessThan(1e-5);
    const found = await problemsOf(MERGED);
    expect(found.filter(({ id }) => id === 'linear-collapse').map(({ node: at }) => at)).toEqual([
      'Gemm_scores',
    ]);
    await window.workbench.clearNotifications();
  });

  it('writes nothing where no file is chosen', async () => {
    const before = await readdir(window.folder);
    await window.workbench.runCommand('Unpool: Merge Linear Layers...');
    await window.dismissFileDialog();
    expect(await readdir(window.folder)).toEqual(before);
    await expect.poll(() => window.workbench.notifications(), PATIENCE).toEqual([]);
  });

  it('finds dead units of the embedded network on the photos', async () => {
    await find(`models/${MODEL}`);
    const found = await problemsOf(`models/${MODEL}`);
    const [dead] = found.filter(({ id }) => id === 'dead-units');
    expect(dead?.message).toMatch(/^layer 'relu6' has maps that are zero everywhere on 2 photos: \d+ of 512/);
    await window.workbench.waitForNotification(`${MODEL}: 0 problems, ${found.length} remarks, on 2 photos.`);
    await expect.poll(listed, PATIENCE).toContain(dead?.message);
    const file = page().locator('.markers-panel .monaco-list-row', { hasText: MODEL });
    expect(await file.locator('.monaco-count-badge').innerText()).toBe(String(found.length));
    await window.workbench.clearNotifications();
  });

  it('keeps what was found, where it was found, when the window is loaded again', async () => {
    const files = page().locator('.markers-panel .monaco-list-row .monaco-icon-label .label-name');
    const view = async (): Promise<readonly (readonly string[])[]> => {
      const messages = (await listed()).map((text) => text ?? '');
      return [(await files.allInnerTexts()).toSorted(), messages.toSorted()];
    };
    const before = await view();
    expect(before[1]?.length).toBeGreaterThan(2);
    await window.workbench.reload();
    await window.workbench.runCommand('Problems: Focus on Problems View');
    await expect.poll(view, PATIENCE).toEqual(before);
  });

  it('stops when told to', async () => {
    engine.hold();
    await find(`models/${MODEL}`);
    await window.workbench.pressNotificationButton('Unpool: problems', 'Cancel');
    await expect.poll(() => window.workbench.notifications(), PATIENCE).toEqual([]);
    engine.release();
  });
});

/** The outputs of the last layer on the panda, which is resized to what the model takes. */
async function scoresOf(model: string): Promise<readonly number[]> {
  const { stdout } = await unpool('info', model, '--json');
  const { rows } = JSON.parse(stdout) as { rows: { name: string }[] };
  const photo = join(ROOT, 'media/photos/panda.jpg');
  return [...(await arrayOf('features', model, photo, '--layer', rows.at(-1)?.name ?? '')).data];
}

/** The largest difference over the largest value. */
function differenceOf(one: readonly number[], other: readonly number[]): number {
  const largest = Math.max(...one.map(Math.abs));
  return Math.max(...one.map((each, at) => Math.abs(each - (other[at] ?? NaN)))) / largest;
}
