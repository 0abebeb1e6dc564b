/** A model as text: what VS Code shows of it, where its names lead, and how it goes with the other views. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { printFile } from '../../src/core/onnx/text/printFile.js';
import type { FloatTensor } from '../../src/core/tensor.js';
import { unpool } from '../unit/cli/run.js';
import { arrayOf, channelOf } from './commandLine.js';
import { HeldEngine } from './heldEngine.js';
import { coloursIn } from './kernelColours.js';
import { TextView } from './textView.js';
import { describeInVsCode, MODEL, PATIENCE, pixel, textOf } from './window.js';

const TAB = MODEL.replace('.onnx', '.onnxtxt');
const PHOTO = 'panda.jpg';
/** Of the histograms in hovers. */
const BINS = 64;
const WIDTH = 288;

const engine = new HeldEngine();
/** The rows that stay at the top of a tree would be read twice. */
const SETTINGS = { 'workbench.tree.enableStickyScroll': false, ...engine.settings };

describeInVsCode('text', { settings: SETTINGS }, (window) => {
  afterAll(() => engine.remove());

  let text: string;
  let view: TextView;
  const model = (): string => join(window.folder, 'models', MODEL);
  const showText = async (): Promise<void> => {
    await window.workbench.page.locator('.tabs-container .tab', { hasText: TAB }).click();
    await window.workbench.page.locator('.tabs-container .tab.active', { hasText: TAB }).waitFor();
    // The click has chosen the tab; keys go to the editor in it.
    await window.workbench.runCommand('View: Focus Active Editor Group');
  };

  beforeAll(async () => {
    ({ text } = await printFile(model()));
    view = new TextView(window.workbench, TAB, text.split('\n'));
  });

  it('opens as what the model prints as, in its own language', async () => {
    const { workbench } = window;
    await workbench.runCommand('Unpool: Open as Text');
    await workbench.pick(MODEL);
    await expect.poll(() => workbench.tabs(), PATIENCE).toEqual([TAB]);
    await workbench.waitForStatusBarItem('ONNX Text');
    await view.row('[conv1]').waitFor();
    await workbench.page.keyboard.press('Control+a');
    await workbench.page.keyboard.press('Control+c');
    const copied = (): Promise<string> =>
      workbench.page.evaluate(() =>
        (
          globalThis as unknown as { navigator: { clipboard: { readText(): Promise<string> } } }
        ).navigator.clipboard.readText(),
      );
    await expect.poll(copied, PATIENCE).toBe(text);
  });

  it('cannot be edited', async () => {
    await view.goTo('[conv1]');
    await window.workbench.page.keyboard.type('x');
    await window.workbench.page.locator('.monaco-editor-overlaymessage').first().waitFor();
    expect(await view.row('[conv1]').innerText()).not.toContain('x[');
    await window.workbench.page.keyboard.press('Escape');
  });

  it('has names in the colours of what they stand for, wherever they stand', async () => {
    await window.workbench.setTheme('Dark Modern');
    const constant = 'rgb(79, 193, 255)';
    const tensor = 'rgb(156, 220, 254)';
    // The grammar alone sees strings in these quotes.
    await expect
      .poll(async () => (await view.word('[conv1]', '"conv1.weight"')).colour, PATIENCE)
      .toBe(constant);
    const colours = await Promise.all([
      view.word('float[32,3,7,7] "conv1.weight"', '"conv1.weight"'),
      view.word('[relu1]', 'conv1'),
      view.word('[relu1]', 'Relu'),
      view.word('[relu1]', 'relu1'),
    ]);
    expect(colours.map(({ colour }) => colour)).toEqual([
      constant,
      tensor,
      'rgb(220, 220, 170)',
      'rgb(200, 200, 200)',
    ]);
  });

  it('fills the first hover in with what is computed, numbers above pictures', async () => {
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    await window.workbench.waitForStatusBarItem(PHOTO);
    await showText();
    engine.hold();
    await view.hover('[conv1]', 'conv1', /Receptive field/);
    await expect.poll(() => view.hoverText(), PATIENCE).toContain('Loading');
    const first = await view.hoverText();
    expect(first).toContain('conv1: Conv 7×7, stride 2 · float32 [1, 32, 63, 63]');
    expect(first).not.toContain(`On ${PHOTO}`);
    const { stdout } = await unpool('info', model(), '--json');
    const { rows } = JSON.parse(stdout) as {
      rows: { name: string; parameters: number; multiplyAdds: number; receptiveField: string }[];
    };
    const { parameters = 0, multiplyAdds = 0 } = rows.find(({ name }) => name === 'conv1') ?? {};
    expect(first).toContain(`Parameters ${parameters.toLocaleString('en')}`);
    expect(first).toContain(`Multiply-adds ${multiplyAdds.toLocaleString('en')}`);
    expect(first).toContain('Receptive field 7×7 pixels, stride 2');

    // The pointer stays where it is.
    engine.release();
    await expect.poll(() => view.hoverText(), PATIENCE).toContain(`On ${PHOTO}`);
    const later = await view.hoverText();
    const photo = join(window.folder, 'photos', PHOTO);
    const maps = await arrayOf('features', model(), photo, '--layer', 'conv1');
    expect(later).toContain(`On ${PHOTO} ${described(maps)}`);
    const place = maps.data.indexOf(largest(maps.data));
    const [map, row, column] = [Math.floor(place / 63 ** 2), Math.floor(place / 63) % 63, place % 63];
    expect(later).toContain(`Strongest unit map ${map}, row ${row}, column ${column}`);

    const [kernels, strongest, histogram] = await view.pictures();
    expect(kernels?.alt).toBe('The 32 strongest of 32 kernels');
    expect(strongest?.alt).toBe(`The 15 strongest of 32 feature maps on ${PHOTO}`);
    const [least, most] = [smallest(maps.data), largest(maps.data)].map(short);
    expect(histogram?.alt).toBe(`Histogram from ${least} to ${most}`);
    expect(barsOf(histogram?.src ?? '')).toEqual(expectedBars(maps.data));
    const order = ['conv1: Conv', `On ${PHOTO}`, 'Strongest unit', 'Parameters'].map((said) =>
      later.indexOf(said),
    );
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(await view.isAbovePictures('Strongest unit')).toBe(true);
  });

  it('draws the kernels of a weight', async () => {
    const weights = await arrayOf('kernels', model(), '--layer', 'conv1');
    const said = await view.hover('float[32,3,7,7] "conv1.weight"', '"conv1.weight"', /deviation/);
    expect(said).toContain('float32 [32, 3, 7, 7]');
    expect(said).toContain('Elements 4,704');
    expect(said).toContain(`Values ${described(weights)}`);
    const [picture] = await view.pictures();
    expect([picture?.alt, picture?.width, picture?.height]).toEqual([
      'The 32 strongest of 32 kernels',
      7 * 26 + 2,
      5 * 26 + 2,
    ]);
    const norms = Array.from({ length: 32 }, (_, kernel) => Math.hypot(...channelOf(weights, kernel)));
    const kernel = channelOf(weights, norms.indexOf(Math.max(...norms)));
    for (const { x, y, colour } of coloursIn(kernel)) {
      // The strongest kernel is the first tile, 24 pixels wide behind a gap of 2.
      expect(await pixel(view.images().first(), (2 + x * 24) / 184, (2 + y * 24) / 132)).toEqual(colour);
    }
  });

  it('leads from a tensor to the node that makes it', async () => {
    await view.goTo('[conv2]', 'norm1');
    await window.workbench.page.keyboard.press('F12');
    await expect
      .poll(() => view.position(), PATIENCE)
      .toEqual([view.lineOf('[norm1]'), '  [norm1] '.length + 1]);
  });

  it('finds all places of a tensor', async () => {
    const { page } = window.workbench;
    await view.click('[relu1] relu1', 'relu1 =');
    await expect.poll(async () => (await view.position())[0], PATIENCE).toBe(view.lineOf('[relu1]'));
    await window.workbench.runCommand('References: Find All References');
    const panel = await window.workbench.view('References');
    const rows = await panel.waitForRows(3);
    const places = rows
      .filter(({ level }) => level === 2)
      .map(({ label }) => label.replaceAll('\u00a0', ' '));
    expect(places).toEqual([
      expect.stringContaining('[relu1] relu1 = Relu'),
      expect.stringContaining('(relu1)'),
    ]);
    await window.workbench.view('Explorer');
    await page.keyboard.press('Escape');
    await showText();
  });

  it('has an outline, breadcrumbs and folds', async () => {
    const { workbench } = window;
    const { page } = workbench;
    const outline = await workbench.view('Explorer', 'Outline');
    await outline.waitForRows(3);
    const top = async (): Promise<readonly string[]> =>
      (await outline.rows()).filter(({ level }) => level === 1).map(({ label }) => label);
    await expect.poll(top, PATIENCE).toEqual(['Model', MODEL.replace('.onnx', '')]);
    await outline.expand('zfnet-caltech101');
    const inside = async (): Promise<readonly string[]> =>
      (await outline.rows()).filter(({ level }) => level === 2).map(({ label }) => label);
    const nodes = text.split('\n').flatMap((line) => /^ {2}\[(\w+)\]/.exec(line)?.[1] ?? []);
    await expect.poll(inside, PATIENCE).toEqual(['Constants', ...nodes]);
    await outline.click('zfnet-caltech101', 'conv3');
    await expect.poll(async () => (await view.position())[0], PATIENCE).toBe(view.lineOf('[conv3]'));

    const crumbs = async (): Promise<readonly string[]> =>
      page
        .locator('.editor-group-container.active .breadcrumbs-control .monaco-breadcrumb-item')
        .allInnerTexts();
    await expect
      .poll(async () => (await crumbs()).slice(-3), PATIENCE)
      .toEqual([TAB, 'zfnet-caltech101', 'conv3']);

    await view.goTo('# constants');
    await workbench.runCommand('Fold');
    await view.row('"conv1.weight"').waitFor({ state: 'detached' });
    await view.row('float[102] "fc8.bias"').waitFor({ state: 'detached' });
    await view.row('[conv1]').waitFor();
    await workbench.runCommand('Unfold All');
    await view.row('float[102] "fc8.bias"').waitFor();
  });

  it('follows the layer that is chosen in the side bar', async () => {
    const layers = await window.workbench.view('Unpool', 'Layers');
    await layers.click('conv4');
    await expect.poll(async () => (await view.position())[0], PATIENCE).toBe(view.lineOf('[conv4]'));
  });

  it('chooses the layer under the cursor in the side bar', async () => {
    await showText();
    await view.click('[pool1]', 'pool1');
    const layers = await window.workbench.view('Unpool', 'Layers');
    await expect
      .poll(
        async () => (await layers.rows()).filter(({ selected }) => selected).map(({ label }) => label),
        PATIENCE,
      )
      .toEqual(['pool1']);
  });

  it('opens the panels of a layer from the lenses above it', async () => {
    const { page } = window.workbench;
    await showText();
    const top = (await view.word('[relu2]', 'relu2')).y;
    const boxes = await page
      .locator('.editor-group-container.active .codelens-decoration a', { hasText: 'Feature Maps' })
      .evaluateAll((all) =>
        all.map((each) => {
          type Box = Record<'x' | 'y' | 'width' | 'height', number>;
          const { x, y, width, height } = (
            each as unknown as { getBoundingClientRect(): Box }
          ).getBoundingClientRect();
          return { x: x + width / 2, y: y + height / 2 };
        }),
      );
    // The lens of a line is the nearest one above it; lenses are made anew now and then, their places stay.
    const lens = boxes.filter(({ y }) => y < top).sort((one, other) => other.y - one.y)[0];
    await page.mouse.click(lens?.x ?? NaN, lens?.y ?? NaN);
    const maps = await window.panel(`Feature Maps: ${MODEL}`);
    await expect.poll(() => textOf(maps.locator('.summary')), PATIENCE).toMatch(/^80 maps of 15×15/);
    await window.workbench.runCommand('View: Close Editor');
  });

  it('shows where a layer of the side bar stands', async () => {
    const layers = await window.workbench.view('Unpool', 'Layers');
    await layers.contextMenu('fc7', 'Reveal in Text');
    await expect.poll(async () => (await view.position())[0], PATIENCE).toBe(view.lineOf('[fc7]'));
  });

  it('comes back when the window is loaded again, with all that it does', async () => {
    const { workbench } = window;
    await view.goTo('[conv5]');
    await workbench.reload();
    // A panel that was closed a moment before may come back, too.
    await expect.poll(() => workbench.tabs(), PATIENCE).toContain(TAB);
    await showText();
    await workbench.waitForStatusBarItem('ONNX Text');
    await view.goTo('[relu3]', 'conv3');
    await workbench.page.keyboard.press('F12');
    await expect.poll(async () => (await view.position())[0], PATIENCE).toBe(view.lineOf('[conv3]'));
    await view.click('[pool2]', 'pool2');
    const layers = await workbench.view('Unpool', 'Layers');
    await expect
      .poll(
        async () => (await layers.rows()).filter(({ selected }) => selected).map(({ label }) => label),
        PATIENCE,
      )
      .toEqual(['pool2']);
    await view.hover('[relu2] relu2 = Relu (conv2)', '(conv2)', /float32 \[1, 80, 15, 15\]/);
  });

  it('is printed anew when the file changes', async () => {
    const bytes = await readFile(model());
    const producer = bytes.indexOf('unpool');
    expect(producer).toBeGreaterThan(0);
    bytes.write('edited', producer);
    await showText();
    await window.workbench.runCommand('Go to Line/Column...');
    await window.workbench.typeInQuickInput(':1');
    // VS Code's watcher starts some time after the window, and tells of no change before that.
    const isPrinted = async (): Promise<boolean> => {
      await writeFile(model(), bytes);
      return view.row('producer_name: "edited"').isVisible();
    };
    await expect.poll(isPrinted, { ...PATIENCE, interval: 3000 }).toBe(true);
    await view.hover('float[80,32,5,5] "conv2.weight"', '"conv2.weight"', /float32 \[80, 32, 5, 5\]/);
  });
});

/** `-0.14 … 0.13, mean 0.001, deviation 0.2`, from numbers that the command line has written. */
function described({ data }: FloatTensor): string {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  const variance = data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length;
  return `${short(smallest(data))} … ${short(largest(data))}, mean ${short(mean)}, deviation ${short(Math.sqrt(variance))}`;
}

function smallest(data: Float32Array): number {
  return data.reduce((a, b) => Math.min(a, b), Infinity);
}

function largest(data: Float32Array): number {
  return data.reduce((a, b) => Math.max(a, b), -Infinity);
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Heights of the bars of a histogram picture, 0 where there is none. */
function barsOf(src: string): readonly number[] {
  const svg = Buffer.from(src.split(',')[1] ?? '', 'base64').toString();
  const bars = [...svg.matchAll(/M([\d.]+) 40v-([\d.]+)/g)];
  const heights = new Array<number>(BINS).fill(0);
  for (const [, left, height] of bars) {
    heights[Math.round((Number(left) / WIDTH) * BINS)] = Number(height);
  }
  return heights;
}

/** What they should be: 64 bins from the smallest to the largest value, on a square-root scale. */
function expectedBars(data: Float32Array): readonly number[] {
  const [least, most] = [smallest(data), largest(data)];
  const counts = new Array<number>(BINS).fill(0);
  for (const value of data) {
    const bin = Math.min(BINS - 1, Math.floor(((value - least) / (most - least)) * BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const top = Math.max(...counts);
  return counts.map((count) =>
    count === 0 ? 0 : Math.round(Math.max(1, Math.sqrt(count / top) * 38) * 10) / 10,
  );
}
