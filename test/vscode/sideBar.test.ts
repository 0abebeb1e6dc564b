/** The side bar: models, layers, photos, and the ways from them to the panels. */

import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { unpool } from '../unit/cli/run.js';
import { describeInVsCode, MODEL, PATIENCE, ROOT, textOf } from './window.js';

const OTHER = 'alexnet-caltech101.onnx';
/** After which a file is copied once more. */
const WATCH_MS = 5000;

describeInVsCode('side bar', {}, (window) => {
  const view = (title: 'Models' | 'Layers' | 'Photos') => window.workbench.view('Unpool', title);

  it('lists the models of the folder as they come and go', async () => {
    const models = await view('Models');
    const labels = async (): Promise<string[]> => (await models.rows()).map(({ label }) => label);
    await expect.poll(labels, PATIENCE).toEqual([MODEL]);
    const copy = join(window.folder, OTHER);
    // VS Code begins to watch a folder some time after it was asked to, and hears nothing of what came before.
    const copied = async (): Promise<string[]> => {
      await rm(copy, { force: true });
      await cp(join(ROOT, 'media/models', OTHER), copy);
      await expect
        .poll(labels, { ...PATIENCE, timeout: WATCH_MS })
        .toContain(OTHER)
        .catch(() => undefined);
      return labels();
    };
    await expect.poll(copied, PATIENCE).toEqual([OTHER, MODEL]);
    await rm(copy);
    await expect.poll(labels, PATIENCE).toEqual([MODEL]);
  });

  it('asks for a model where there are no layers yet', async () => {
    const layers = await view('Layers');
    await expect.poll(() => layers.text(), PATIENCE).toContain('Open a model to see its layers.');
  });

  it('lists the layers of the model that is clicked, with their shapes and weights', async () => {
    await (await view('Models')).click(MODEL);
    await window.panel(MODEL);
    const { stdout } = await unpool('info', join(window.folder, 'models', MODEL), '--json');
    const { rows } = JSON.parse(stdout) as { rows: { name: string; output: string }[] };
    const layers = await view('Layers');
    await expect
      .poll(async () => (await layers.rows()).map(({ label, description }) => [label, description]), PATIENCE)
      .toEqual(rows.map(({ name, output }) => [name, output.replaceAll('x', '×')]));
    await layers.expand('conv1');
    const parts = async (): Promise<string[]> =>
      (await layers.rows())
        .filter(({ level }) => level === 2)
        .map(({ label, description }) => `${label} ${description}`.trim());
    await expect
      .poll(parts, PATIENCE)
      .toEqual([
        'Kernels',
        'Feature maps',
        expect.stringMatching(/weight 32×3×7×7 float/),
        expect.stringMatching(/bias 32 float/),
      ]);
  });

  it('opens panels from rows and from their menus', async () => {
    const layers = await view('Layers');
    await layers.click('conv1', 'Kernels');
    const kernels = await window.panel(`Kernels: ${MODEL}`);
    await expect.poll(() => textOf(kernels.locator('.summary')), PATIENCE).toMatch(/^32 kernels/);
    await layers.collapse('conv1');
    await layers.contextMenu('pool1', 'Show Feature Maps');
    const maps = await window.panel(`Feature Maps: ${MODEL}`);
    await expect.poll(() => textOf(maps.locator('#root > .empty')), PATIENCE).toContain('Choose a photo');
  });

  it('adds photos from the explorer, draws them small, and takes them off the list', async () => {
    const explorer = await window.workbench.view('Explorer');
    await explorer.contextMenu('photos', 'Add Photos...');
    const photos = await view('Photos');
    const labels = async (): Promise<string[]> => (await photos.rows()).map(({ label }) => label);
    await expect.poll(labels, PATIENCE).toEqual(['photos', 'panda.jpg', 'pyramid.jpg']);
    const icon = (await photos.row('photos', 'panda.jpg')).locator('.custom-view-tree-node-item-icon');
    await expect
      .poll(
        () =>
          icon.evaluate(
            (element) => (element as unknown as { style: { backgroundImage: string } }).style.backgroundImage,
          ),
        PATIENCE,
      )
      .toContain('data:image/png;base64,');
    const maps = await window.panel(`Feature Maps: ${MODEL}`);
    await expect.poll(() => textOf(maps.locator('.summary')), PATIENCE).toMatch(/^32 maps of 31×31/);
    await photos.rowAction(['photos'], 'Remove from the List');
    await expect.poll(labels, PATIENCE).toEqual([]);
    expect(await photos.text()).toContain('Add the Demo Photos');
  });

  it('shows a photo of the explorer in Predictions', async () => {
    const explorer = await window.workbench.view('Explorer');
    await explorer.contextMenu(['photos', 'pyramid.jpg'], 'Show Predictions');
    const predictions = await window.panel(`Predictions: ${MODEL}`);
    await expect.poll(() => textOf(predictions.locator('.card .name').first()), PATIENCE).toBe('pyramid.jpg');
    await window.workbench.waitForStatusBarItem('pyramid.jpg');
  });
});
