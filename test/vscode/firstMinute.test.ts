/** From a click on a model to a first heatmap: photos at hand are offered, remembered, and can be dropped on a panel. */

import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';

import { describeInVsCode, modelAndPhotos, MODEL, PATIENCE, ROOT, textOf } from './window.js';

const IN_WORKSPACE = 'In this workspace';
const SAMPLES = 'Samples that come with Unpool';

/** Beside the model and photos a plot, and a picture that a tool has put there. */
async function workspace(folder: string): Promise<void> {
  await modelAndPhotos(folder);
  await cp(join(ROOT, 'media/icons/unpool.png'), join(folder, 'plot.png'));
  await mkdir(join(folder, 'node_modules/package'), { recursive: true });
  await cp(join(ROOT, 'media/photos/panda.jpg'), join(folder, 'node_modules/package/logo.jpg'));
}

async function offered(panel: Frame): Promise<Record<string, string[]>> {
  const groups = await panel.locator('.photo-offer section').all();
  const texts = groups.map(async (group) => [
    await group.locator('h2').innerText(),
    await group.locator('button .name').allInnerTexts(),
  ]);
  return Object.fromEntries(await Promise.all(texts));
}

/** Lets go of files over the page, as a drag from outside of VS Code does, or of what VS Code names. */
async function drop(
  panel: Frame,
  files: readonly { name: string; type: string }[],
  uris?: string,
): Promise<void> {
  await panel.evaluate(
    async ([given, list]) => {
      const page = globalThis as unknown as {
        document: { body: PageElement };
        OffscreenCanvas: new (width: number, height: number) => PictureMaker;
        DataTransfer: new () => {
          items: { add(file: unknown): void };
          setData(type: string, data: string): void;
        };
        DragEvent: new (type: string, options: object) => object;
      };
      interface PageElement {
        dispatchEvent(event: object): boolean;
      }
      interface PictureMaker {
        getContext(kind: '2d'): { fillStyle: string; fillRect(...box: number[]): void };
        convertToBlob(options: object): Promise<Blob>;
      }
      const transfer = new page.DataTransfer();
      for (const { name, type } of given) {
        const canvas = new page.OffscreenCanvas(64, 48);
        canvas.getContext('2d').fillStyle = 'teal';
        canvas.getContext('2d').fillRect(0, 0, 32, 48);
        const picture = await canvas.convertToBlob({ type: 'image/png' });
        transfer.items.add(new File([type.startsWith('image/') ? picture : 'text'], name, { type }));
      }
      if (list !== undefined) {
        transfer.setData('application/vnd.code.uri-list', list);
      }
      for (const kind of ['dragenter', 'dragover', 'drop']) {
        const options = { dataTransfer: transfer, bubbles: true, cancelable: true, shiftKey: true };
        page.document.body.dispatchEvent(new page.DragEvent(kind, options));
      }
    },
    [files, uris] as const,
  );
}

describeInVsCode('first minute', { fill: workspace }, (window) => {
  let other: string | undefined;
  afterAll(async () => {
    if (other !== undefined) {
      await rm(other, { recursive: true });
    }
  });
  const photoLabels = async (): Promise<string[]> =>
    (await (await window.workbench.view('Unpool', 'Photos')).rows()).map(({ label }) => label);

  it('leads from a click on a model to a heatmap with two more clicks', async () => {
    await (await window.workbench.view('Unpool', 'Models')).click(MODEL);
    await window.panel(MODEL);
    await window.workbench.page.locator('.editor-actions [aria-label^="Show Occlusion"]').first().click();
    const panel = await window.panel(`Occlusion: ${MODEL}`);
    await expect
      .poll(() => offered(panel), PATIENCE)
      .toEqual({
        // JPEG first; what tools put into the folder is left out.
        [IN_WORKSPACE]: ['panda.jpg', 'pyramid.jpg', 'plot.png'],
        [SAMPLES]: ['panda.jpg', 'pyramid.jpg'],
      });
    const pictures = panel.locator('.photo-offer canvas');
    const widths = (): Promise<number[]> =>
      pictures.evaluateAll((all) => all.map((each) => (each as unknown as { width: number }).width));
    await expect.poll(async () => Math.min(...(await widths())), PATIENCE).toBeGreaterThan(32);

    await panel.locator('.photo-offer button', { hasText: 'panda.jpg' }).first().click();
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toMatch(/%/);
    await window.workbench.waitForStatusBarItem('panda.jpg');
    expect(await photoLabels()).toEqual(['panda.jpg']);
  });

  it('offers further photos of the workspace in Choose Photo', async () => {
    await window.workbench.runCommand('Unpool: Choose Photo...');
    const labels = async (): Promise<string[]> =>
      (await window.workbench.quickPickRows()).map(({ label }) => label);
    await expect
      .poll(labels, PATIENCE)
      .toEqual(['panda.jpg', 'pyramid.jpg', 'plot.png', 'panda.jpg', 'pyramid.jpg', 'Browse...']);
    await window.workbench.pick('plot.png');
    await window.workbench.waitForStatusBarItem('plot.png');
    expect(await photoLabels()).toEqual(['panda.jpg', 'plot.png']);
  });

  it('takes photos that are dropped on a panel from elsewhere', async () => {
    const panel = await window.panel(`Occlusion: ${MODEL}`);
    await drop(panel, [
      { name: 'dropped.png', type: 'image/png' },
      { name: 'notes.txt', type: 'text/plain' },
    ]);
    await window.workbench.waitForStatusBarItem('dropped.png');
    await expect.poll(photoLabels, PATIENCE).toEqual(['panda.jpg', 'plot.png', 'dropped.png']);
    await expect
      .poll(() => textOf(panel.locator('header .popup-button.photo')), PATIENCE)
      .toBe('dropped.png');
    await drop(panel, [{ name: 'notes.txt', type: 'text/plain' }]);
    await window.workbench.waitForNotification('None of these is a photo');
    await window.workbench.clearNotifications();
  });

  it('takes a photo that VS Code names, as a drag from its explorer does', async () => {
    const panel = await window.panel(`Occlusion: ${MODEL}`);
    const { host } = new URL(window.server.origin);
    await drop(panel, [], `vscode-remote://${host}${join(window.folder, 'photos/pyramid.jpg')}`);
    await window.workbench.waitForStatusBarItem('pyramid.jpg');
    await expect
      .poll(() => textOf(panel.locator('header .popup-button.photo')), PATIENCE)
      .toBe('pyramid.jpg');
    await panel.locator('.drop-hint').waitFor({ state: 'hidden' });
  });

  it('offers the last ones used in other workspaces', async () => {
    await window.workbench.reload();
    other = await mkdtemp(join(tmpdir(), 'unpool-other-'));
    await mkdir(join(other, 'models'));
    await cp(join(ROOT, 'media/models', MODEL), join(other, 'models', MODEL));
    await window.workbench.open(window.server.origin, other);
    await (await window.workbench.view('Unpool', 'Models')).click(MODEL);
    await window.panel(MODEL);
    const panel = await window.show('Occlusion');
    await expect
      .poll(() => offered(panel), PATIENCE)
      .toEqual({
        'Used last': ['pyramid.jpg', 'dropped.png', 'plot.png', 'panda.jpg'],
        [SAMPLES]: ['panda.jpg', 'pyramid.jpg'],
      });
    await panel.locator('.photo-offer button', { hasText: 'plot.png' }).click();
    await window.workbench.waitForStatusBarItem('plot.png');
    expect(await photoLabels()).toEqual(['plot.png']);
  });

  it('remembers the photos of a workspace', async () => {
    await window.workbench.reload();
    await window.workbench.open(window.server.origin, window.folder);
    await window.workbench.waitForStatusBarItem('pyramid.jpg');
    await expect.poll(photoLabels, PATIENCE).toEqual(['panda.jpg', 'plot.png', 'dropped.png', 'pyramid.jpg']);
  });
});
