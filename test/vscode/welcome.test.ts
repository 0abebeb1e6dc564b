/** What somebody sees who has no model yet: welcome views, the embedded network, the walkthrough. */

import { expect, it } from 'vitest';

import { describeInVsCode, MODEL, PATIENCE, textOf } from './window.js';

const STEPS = [
  'Open a network',
  'Read its predictions',
  'Look at its kernels',
  'Browse its feature maps',
  'Project a unit back to the photo',
  'Slide an occluder over the photo',
  'Open your own network',
];

describeInVsCode('welcome', { fill: async () => undefined }, (window) => {
  it('has a walkthrough with a picture and an action in every step', async () => {
    await window.workbench.runCommand('Welcome: Open Walkthrough...');
    await window.workbench.pick('Look inside your first network');
    const { page } = window.workbench;
    const steps = page.locator('.gettingStartedContainer .getting-started-step');
    await expect.poll(() => steps.count(), PATIENCE).toBe(STEPS.length);
    for (const [at, title] of STEPS.entries()) {
      const step = steps.nth(at);
      await expect.poll(() => step.innerText(), PATIENCE).toContain(title);
      if (at > 0) {
        // Not the circle before it, which marks the step as done.
        await step.getByText(title, { exact: true }).click();
      }
      await step.locator('.monaco-button').first().waitFor();
      const picture = page.locator('.gettingStartedContainer .getting-started-media img');
      await expect
        .poll(
          () =>
            picture.first().evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
          PATIENCE,
        )
        .toBeGreaterThan(300);
    }
  });

  it('opens the embedded network from the welcome view, with its photos', async () => {
    const models = await window.workbench.view('Unpool', 'Models');
    await expect.poll(() => models.text(), PATIENCE).toContain('There is no ONNX model in this folder.');
    await models.pane.locator('.monaco-button', { hasText: 'Open the Embedded Network' }).click();
    const editor = await window.panel(MODEL);
    await expect.poll(() => editor.locator('.layer-table .body .row').count(), PATIENCE).toBe(21);
    await window.workbench.waitForStatusBarItem('panda.jpg');
    const kernels = await window.show('Kernels');
    await expect.poll(() => textOf(kernels.locator('.summary')), PATIENCE).toMatch(/^32 kernels/);
  });
});
