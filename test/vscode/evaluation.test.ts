/** The Evaluation panel says what the command line says, leads to the photos, and keeps what it has found. */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';

import { unpool } from '../unit/cli/run.js';
import { describeInVsCode, modelAndPhotos, MODEL, PATIENCE, ROOT, textOf } from './window.js';

const LIST = 'labelled.csv';
/** A photo of a panda, said to be an ant: what the network is wrong about. */
const WRONG = 'not-an-ant.jpg';

async function fill(folder: string): Promise<void> {
  await modelAndPhotos(folder);
  const other = 'alexnet-caltech101';
  for (const file of [`${other}.onnx`, `${other}.unpool.json`]) {
    await cp(join(ROOT, 'media/models', file), join(folder, 'models', file));
  }
  await cp(join(folder, 'photos/panda.jpg'), join(folder, 'photos', WRONG));
  await cp(join(folder, 'photos/panda.jpg'), join(folder, 'photos/other.jpg'));
  await writeFile(join(folder, 'photos/broken.jpg'), 'no photo');
  const rows = [
    'panda.jpg,panda',
    'pyramid.jpg,pyramid',
    `${WRONG},ant`,
    'broken.jpg,ant',
    'other.jpg,no class',
  ];
  const lines = ['path,label', ...rows.map((row) => `photos/${row}`)];
  await writeFile(join(folder, LIST), lines.join('\n'));
}

interface Result {
  readonly model: string;
  readonly top1: { readonly rate: number };
  readonly calibration: { readonly expectedError: number };
  readonly mostWrong: readonly { readonly path: string; readonly predictedProbability: number }[];
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

describeInVsCode('evaluation', { fill }, (window) => {
  const cells = async (panel: Frame, table: string): Promise<string[][]> =>
    panel
      .getByRole('region', { name: table, exact: true })
      .locator('tbody tr')
      .evaluateAll((rows) =>
        rows.map((row) => [...row.children].map((cell) => cell.textContent?.trim() ?? '')),
      );
  /** What the command line writes of both models. */
  const expected = async (): Promise<readonly Result[]> => {
    const out = join(window.folder, 'expected.json');
    const models = [MODEL, 'alexnet-caltech101.onnx'].map((file) => join(window.folder, 'models', file));
    const { status, stderr } = await unpool('evaluate', ...models, join(window.folder, LIST), '--out', out);
    expect(status, stderr).toBe(0);
    return (JSON.parse(await readFile(out, 'utf8')) as { results: readonly Result[] }).results;
  };

  it('tells the errors of two models and of their mean', async () => {
    await window.workbench.openFile(MODEL);
    // Of several models it is the active one once it is open.
    await window.panel(MODEL);
    const panel = await window.show('Evaluation');
    await panel.locator('.set-offer vscode-button').last().click();
    await window.chooseFile(join(window.folder, LIST));
    await panel.locator('.popup-button.models').click();
    await panel.locator('.model-list label', { hasText: 'alexnet' }).click();
    await window.workbench.page.keyboard.press('Escape');
    await panel.locator('.choice vscode-button', { hasText: 'Evaluate' }).click();
    await panel.locator('.results .answered li').first().waitFor();
    const rows = await cells(panel, 'Errors');
    const results = await expected();
    expect(rows.map(([name, error]) => [name, error])).toEqual(
      results.map(({ model, top1 }) => [model, percent(top1.rate)]),
    );
    expect(rows.map((row) => row.at(-1))).toEqual(
      results.map(({ calibration }) => percent(calibration.expectedError)),
    );
    await expect
      .poll(() => textOf(panel.locator('.left-out summary')), PATIENCE)
      .toMatch(/1 that could not be used, 1 whose label is no class/);
    expect(await textOf(panel.locator('.command code'))).toMatch(
      /^unpool evaluate .*zfnet-caltech101.onnx .*alexnet-caltech101.onnx .*labelled.csv --out evaluation$/,
    );
  });

  it('leads from a cell to its photos, and from a photo to other panels', async () => {
    const panel = await window.panel(`Evaluation: ${MODEL}`);
    const [first] = (await expected()).at(-1)?.mostWrong ?? [];
    expect(first?.path).toBe(`photos/${WRONG}`);
    await panel
      .getByRole('region', { name: 'Taken for another class', exact: true })
      .locator('.row-button', { hasText: 'ant' })
      .click();
    await expect
      .poll(() => textOf(panel.locator('.filters [aria-pressed="true"]')), PATIENCE)
      .toMatch(/^ant taken for .* \(1\)$/);
    const card = panel.locator('.answered li', { hasText: WRONG });
    await expect
      .poll(() => textOf(card.locator('.answer.wrong .share')), PATIENCE)
      .toBe(percent(first?.predictedProbability ?? NaN));
    await card.locator('vscode-toolbar-button[title="Predictions"]').click();
    const predictions = await window.panel(`Predictions: ${MODEL}`);
    await predictions.locator('.card.selected', { hasText: WRONG }).waitFor();
    await window.workbench.runCommand('View: Close Editor');
  });

  it('is there after a reload', async () => {
    await window.workbench.reload();
    const panel = await window.panel(`Evaluation: ${MODEL}`);
    await panel.locator('.results .answered li').first().waitFor();
    expect((await cells(panel, 'Errors')).map(([name]) => name).at(-1)).toBe('mean of 2');
  });
});
