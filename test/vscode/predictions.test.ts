/** The Predictions panel says what the command line says. */

import { join } from 'node:path';
import { expect, it } from 'vitest';

import { predictionsOf } from './commandLine.js';
import type { Prediction } from './commandLine.js';
import { describeInVsCode, MODEL, PATIENCE, pixel } from './window.js';

describeInVsCode('predictions', {}, (window) => {
  const answersFor = (photo: string, ...options: string[]): Promise<readonly Prediction[]> =>
    predictionsOf(join(window.folder, 'models', MODEL), join(window.folder, 'photos', photo), ...options);
  const inWords = (answers: readonly Prediction[]): RegExp =>
    new RegExp(
      answers.map(({ label, probability }) => `${label}.*${(probability * 100).toFixed(1)}`).join('.*'),
    );

  it('shows the five likeliest classes of every photo', async () => {
    await window.workbench.openFile(MODEL);
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    const panel = await window.show('Predictions');
    for (const photo of ['panda.jpg', 'pyramid.jpg']) {
      const bars = panel.locator('.card', { hasText: photo }).locator('.chart canvas');
      await expect
        .poll(() => bars.getAttribute('aria-label'), PATIENCE)
        .toMatch(inWords(await answersFor(photo)));
    }
  });

  it('draws bars as long as the classes are likely', async () => {
    const panel = await window.panel(`Predictions: ${MODEL}`);
    const [first] = await answersFor('panda.jpg');
    const bars = panel.locator('.card', { hasText: 'panda.jpg' }).locator('.chart canvas');
    const samples = Array.from({ length: 100 }, (_, at) => (at + 0.5) / 100);
    const lengths = await Promise.all(
      Array.from({ length: 30 }, async (_, row) => {
        const line = await Promise.all(samples.map((x) => pixel(bars, x, (row + 0.5) / 60)));
        const colour = line[1]?.join();
        return colour === '0,0,0' ? 0 : line.filter((each) => each.join() === colour).length;
      }),
    );
    expect(Math.max(...lengths) / 100).toBeCloseTo(first?.probability ?? NaN, 1);
  });

  it('takes the mean of ten crops', async () => {
    const panel = await window.panel(`Predictions: ${MODEL}`);
    await panel.locator('vscode-checkbox', { hasText: 'Mean of ten crops' }).click();
    const bars = panel.locator('.card', { hasText: 'panda.jpg' }).locator('.chart canvas');
    await expect
      .poll(() => bars.getAttribute('aria-label'), PATIENCE)
      .toMatch(inWords(await answersFor('panda.jpg', '--crops', '10')));
  });
});
