/** Axe finds nothing in any panel, in any theme that every VS Code has, in the states in which a panel looks different. */

import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';

import { THEMES } from '../../scripts/vscode/themes.mjs';
import { PANELS, viewType } from '../../src/protocol/panels/registry.js';
import type { BesidePanel, PanelName } from '../../src/protocol/panels/registry.js';
import { findings } from './axe.js';
import { describeInVsCode, modelAndPhotos, MODEL, PATIENCE, ROOT, textOf } from './window.js';

/** Its layers lie in modules, and it has a problem. */
const NESTED = 'nested-dynamo.onnx';
/** No photo, whatever its name says. */
const BROKEN = 'broken.jpg';
/** A photo set: one of its photos is not what its label says. */
const LABELLED = 'labelled.csv';
const CLOSE_ALL = 'View: Close All Editor Groups';

/** Puts a panel into a state that looks different from the one before; in each theme all are taken, in their order. */
type Step = readonly [name: string, enter: (panel: Frame) => Promise<void>];

const click =
  (selector: string, hasText: string | RegExp = '') =>
  (panel: Frame): Promise<void> =>
    panel.locator(selector, { hasText }).first().click();

const HEADER: readonly Step[] = [
  ['preprocessing', click('.popup-button.chip')],
  ['form of the preprocessing', click('.chip-popup vscode-button', 'Edit')],
  [
    'refused preprocessing',
    async (panel) => {
      const divisor = panel.getByRole('textbox', { name: 'Divide by', exact: true });
      await divisor.fill('nothing');
      await divisor.press('Enter');
      await expect.poll(() => textOf(panel.locator('form .failure')), PATIENCE).not.toBe('');
    },
  ],
  ['list of photos', click('.popup-button.photo')],
];

/** Beside the state in which the panel opens. */
const STEPS: Partial<Record<PanelName, readonly Step[]>> = {
  architecture: [
    ['selected row', click('.layer-table .row', 'conv3')],
    ['graph', click('.segments button', 'Graph')],
    ['table', click('.segments button', 'Table')],
    ['both', click('.segments button', 'Both')],
  ],
  predictions: HEADER,
  kernels: [['chosen kernel', click('.overview .tile[data-item="16"]')]],
  featureMaps: [
    ['chosen map', click('.overview .tile[data-item="8"]')],
    ['projections', click('vscode-checkbox', 'Projections')],
  ],
  projection: HEADER,
  evaluation: [
    [
      'results',
      async (panel) => {
        const run = panel.locator('.choice vscode-button', { hasText: 'Evaluate' });
        // Once it is done, it is kept.
        if (await run.isVisible()) {
          await run.click();
        }
        await panel.locator('.results .answered li').first().waitFor();
      },
    ],
    ['chosen class', click('.results .row-button', 'panda')],
    ['further models', click('.popup-button.models')],
  ],
  activations: [
    ['another function in its place', click('vscode-button', 'Run the Network')],
    ['what it changes', (panel) => panel.locator('.swap .facts').first().waitFor()],
  ],
};

async function fill(folder: string): Promise<void> {
  await modelAndPhotos(folder);
  await cp(join(ROOT, 'test/fixtures/sources', NESTED), join(folder, 'models', NESTED));
  await writeFile(join(folder, 'photos', BROKEN), 'no photo');
  const lines = ['path,label', 'photos/panda.jpg,panda', 'photos/pyramid.jpg,ant'];
  await writeFile(join(folder, LABELLED), lines.join('\n'));
}

describeInVsCode('accessibility', { fill, expected: new RegExp(BROKEN) }, (window) => {
  /** The first is that of the window: a panel begins in the theme in which the one before has ended. */
  let themes: readonly string[] = Object.keys(THEMES);

  /** A line a finding, with the theme and the state that it was found in. */
  const audit = async (panel: Frame, steps: readonly Step[] = []): Promise<string[]> => {
    const found: string[] = [];
    for (const theme of themes) {
      await window.workbench.setTheme(theme);
      for (const [name, enter] of [['opened', async () => undefined] as Step, ...steps]) {
        await enter(panel);
        await panel.locator('body[data-ready="true"]').waitFor();
        found.push(...(await findings(panel)).map((finding) => `${theme}, ${name}: ${finding}`));
      }
    }
    themes = themes.toReversed();
    return found;
  };

  /** Runs the panel's command, and gives its document. */
  const open = async (name: PanelName): Promise<Frame> => {
    const { command, place } = PANELS[name];
    const texts = JSON.parse(await readFile(join(ROOT, 'package.nls.json'), 'utf8')) as Record<
      string,
      string
    >;
    await window.workbench.runCommand(`Unpool: ${texts[`command.${command}`]}`);
    return window.panel(place === 'editor' ? MODEL : viewType(name as BesidePanel));
  };

  it('finds nothing where a photo is to be chosen, nor where it cannot be read', async () => {
    await window.workbench.openFile(MODEL);
    await window.panel(MODEL);
    const panel = await open('occlusion');
    await panel.locator('.photo-offer button').first().waitFor();
    expect(await audit(panel)).toEqual([]);
    await click('.photo-offer button', BROKEN)(panel);
    await expect.poll(() => textOf(panel.locator('.error .message')), PATIENCE).toContain(BROKEN);
    expect(await audit(panel)).toEqual([]);
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    await window.workbench.waitForStatusBarItem('panda.jpg');
    await window.workbench.runCommand(CLOSE_ALL);
  });

  it('finds nothing where labelled photos are to be added', async () => {
    const panel = await open('evaluation');
    expect(await audit(panel)).toEqual([]);
    await click('.set-offer vscode-button', 'List')(panel);
    await window.chooseFile(join(window.folder, LABELLED));
    await panel.locator('.choice vscode-button', { hasText: 'Evaluate' }).waitFor();
    await window.workbench.runCommand(CLOSE_ALL);
  });

  it.each(Object.keys(PANELS) as PanelName[])('finds nothing in the panel %s', async (name) => {
    expect(await audit(await open(name), STEPS[name])).toEqual([]);
    await window.workbench.runCommand(CLOSE_ALL);
  });

  it('finds nothing in a layer table of modules', async () => {
    await window.workbench.openFile(NESTED);
    const panel = await window.panel(NESTED);
    const steps: readonly Step[] = [
      ['selected layer', click('.layer-table .row', 'conv1')],
      ['row of a module', click('.layer-table .row.group', 'layer2')],
    ];
    expect(await audit(panel, steps)).toEqual([]);
  });
});
