/** Every command of the palette does what it says. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { arrayOf, predictionsOf } from './commandLine.js';
import { describeInVsCode, MODEL, PATIENCE, textOf } from './window.js';

const KERNELS = `Kernels: ${MODEL}`;
const MAPS = `Feature Maps: ${MODEL}`;

describeInVsCode('commands', {}, (window) => {
  const run = (label: string): Promise<void> => window.workbench.runCommand(`Unpool: ${label}`);
  const photos = async (): Promise<string[]> =>
    (await (await window.workbench.view('Unpool', 'Photos')).rows()).map(({ label }) => label);

  it('offers to cancel only while something runs', async () => {
    await window.workbench.page.keyboard.press('F1');
    await window.workbench.typeInQuickInput('>Unpool: ', { accept: false });
    const labels = async (): Promise<string[]> =>
      (await window.workbench.quickPickRows()).map(({ label }) => label);
    await expect.poll(labels, PATIENCE).toContain('Unpool: Add Photos...');
    expect(await labels()).not.toContain('Unpool: Cancel Running Work');
    await window.workbench.page.keyboard.press('Escape');
  });

  it('Open Model, Show Architecture', async () => {
    await run('Open Model...');
    await window.workbench.pick(MODEL);
    await window.panel(MODEL);
    await run('Show Architecture');
    expect(await window.workbench.tabs()).toEqual([MODEL]);
  });

  it('Add Photos, Add a Folder of Photos, Add the Demo Photos', async () => {
    await run('Add Photos...');
    await window.chooseFile(join(window.folder, 'photos/pyramid.jpg'));
    await expect.poll(photos, PATIENCE).toEqual(['pyramid.jpg']);
    await run('Add a Folder of Photos...');
    await window.chooseFile(join(window.folder, 'photos/'));
    await expect.poll(photos, PATIENCE).toEqual(['pyramid.jpg', 'photos', 'panda.jpg', 'pyramid.jpg']);
    await run('Add the Demo Photos');
    await expect.poll(async () => (await photos()).length, PATIENCE).toBe(7);
  });

  it('Choose Layer shows the highlighted layer, and takes it back', async () => {
    const panel = await window.show('Kernels');
    const summary = (): Promise<string> => textOf(panel.locator('.summary'));
    await expect.poll(summary, PATIENCE).toMatch(/^32 kernels of 7×7×3/);
    await run('Choose Layer...');
    await window.workbench.typeInQuickInput('conv5', { accept: false });
    await expect.poll(summary, PATIENCE).toMatch(/^80 kernels of 3×3×128/);
    await window.workbench.page.keyboard.press('Escape');
    await expect.poll(summary, PATIENCE).toMatch(/^32 kernels of 7×7×3/);
    await run('Choose Layer...');
    await window.workbench.pick('conv2');
    await expect.poll(summary, PATIENCE).toMatch(/^80 kernels of 5×5×32/);
  });

  it('Choose Photo shows the highlighted photo', async () => {
    const panel = await window.show('Feature Maps');
    const largest = async (photo: string): Promise<string> => {
      const [model, file] = [join(window.folder, 'models', MODEL), join(window.folder, 'photos', photo)];
      const { data } = await arrayOf('features', model, file, '--layer', 'conv2');
      return String(Number(data.reduce((most, value) => Math.max(most, value)).toPrecision(4)));
    };
    const shown = (): Promise<string> => textOf(panel.locator('.detail .facts tr', { hasText: 'largest' }));
    await run('Choose Photo...');
    await window.workbench.typeInQuickInput('panda', { accept: false });
    await expect.poll(shown, PATIENCE).toContain(await largest('panda.jpg'));
    await window.workbench.page.keyboard.press('Enter');
    await window.workbench.waitForStatusBarItem('panda.jpg');
  });

  it('Show Predictions, Projection, Occlusion', async () => {
    for (const name of ['Predictions', 'Projection', 'Occlusion']) {
      const panel = await window.show(name);
      await panel.locator('#root > .content').waitFor({ state: 'visible' });
    }
    expect(await window.workbench.tabs()).toEqual([
      MODEL,
      ...['Kernels', 'Feature Maps', 'Predictions', 'Projection', 'Occlusion'].map(
        (name) => `${name}: ${MODEL}`,
      ),
    ]);
  });

  it('Edit Preprocessing stores it beside the model, and every panel follows', async () => {
    const panel = await window.show('Feature Maps');
    const chip = panel.locator('header .chip');
    await expect.poll(() => textOf(chip), PATIENCE).toBe('ImageNet preprocessing');
    await run('Edit Preprocessing...');
    await window.workbench.pick('caffe');
    await expect.poll(() => textOf(chip), PATIENCE).toBe('Caffe preprocessing');
    const file = join(window.folder, 'models', MODEL.replace('.onnx', '.unpool.json'));
    const { preprocess, labels } = JSON.parse(await readFile(file, 'utf8'));
    expect(preprocess).toMatchObject({ name: 'caffe', channels: 'BGR', mean: [104, 117, 123] });
    expect(labels).toHaveLength(102);
    const model = join(window.folder, 'models', MODEL);
    const { data } = await arrayOf(
      'features',
      model,
      join(window.folder, 'photos/panda.jpg'),
      '--layer',
      'conv2',
    );
    const most = Number(data.reduce((found, value) => Math.max(found, value)).toPrecision(4));
    const row = panel.locator('.detail .facts tr', { hasText: 'largest' });
    await expect.poll(() => textOf(row), PATIENCE).toContain(String(most));
  });

  it('a panel edits the preprocessing, too', async () => {
    const panel = await window.panel(MAPS);
    const chip = panel.locator('header .chip');
    const details = panel.locator('header .chip-popup');
    await chip.press('Enter');
    await expect
      .poll(() => textOf(details), PATIENCE)
      .toContain('Channels BGR Divide by 1 Subtract mean 104, 117, 123');
    await window.workbench.page.keyboard.press('Escape');
    await details.waitFor({ state: 'hidden' });
    await expect.poll(() => chip.evaluate((button) => button.matches(':focus')), PATIENCE).toBe(true);
    await chip.press('Enter');
    await details.locator('vscode-button', { hasText: 'Edit Preprocessing' }).click();
    const form = panel.locator('header form');
    await form.locator('vscode-single-select[label="Preset"]').click();
    await panel.getByRole('option', { name: 'imagenet' }).click();
    await form.locator('vscode-button', { hasText: 'Save Next to Model' }).click();
    await expect.poll(() => textOf(chip), PATIENCE).toBe('ImageNet preprocessing');
    await form.waitFor({ state: 'detached' });
  });

  it('Export Report writes a page with the predictions', async () => {
    await run('Export Report...');
    const file = join(window.folder, 'unpool-report.html');
    await window.chooseFile();
    await window.workbench.waitForNotification('The report is in');
    await window.workbench.clearNotifications();
    const page = await readFile(file, 'utf8');
    const [first] = await predictionsOf(
      join(window.folder, 'models', MODEL),
      join(window.folder, 'photos/panda.jpg'),
    );
    expect(page).toContain(first?.label ?? 'no label');
    expect(page.match(/data:image\/png;base64,/g)?.length).toBeGreaterThan(5);
  });

  it('Restart Engine, Show Log', async () => {
    await window.workbench.waitForStatusBarItem('CPU');
    await run('Restart Engine');
    await window.workbench.waitForStatusBarItem('engine not started');
    const layers = await window.workbench.view('Unpool', 'Layers');
    await layers.click('conv3');
    await window.workbench.waitForStatusBarItem('CPU');
    await run('Show Log');
    const lines = window.workbench.page.locator('.part.panel .view-line');
    await lines
      .filter({ hasText: /onnxruntime\s[\d.]+\son\scpu/ })
      .first()
      .waitFor();
    await window.workbench.runCommand('View: Toggle Panel Visibility');
  });

  it('the keyboard reaches a panel', async () => {
    await window.workbench.page.keyboard.press('Control+K');
    await window.workbench.page.keyboard.press('Alt+K');
    const panel = await window.panel(KERNELS);
    await expect.poll(() => textOf(panel.locator('.summary')), PATIENCE).toMatch(/^128 kernels/);
  });
});
