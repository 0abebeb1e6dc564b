/** A Python source beside the model that was exported from it: one thing, seen from two sides. */

import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';

import { CodeEditor } from '../../scripts/vscode/codeEditor.mjs';
import { statistics } from '../../src/core/statistics.js';
import { times } from '../../src/protocol/times.js';
import { unpool } from '../unit/cli/run.js';
import { arrayOf, channelOf } from './commandLine.js';
import { coloursIn } from './kernelColours.js';
import { describeInVsCode, MODEL, modelAndPhotos, PATIENCE, pixel, ROOT, textOf } from './window.js';

const SOURCE = 'zfnet.py';
const NOTEBOOK = 'zfnet.ipynb';
const COPY = 'copy.onnx';

interface Row {
  readonly name: string;
  readonly output: string;
  readonly detail: string;
  readonly parameters: number;
  readonly multiplyAdds: number;
}

async function sourceBeside(folder: string): Promise<void> {
  await modelAndPhotos(folder);
  await cp(join(ROOT, 'samples', SOURCE), join(folder, SOURCE));
}

describeInVsCode('Python source', { fill: sourceBeside }, (window) => {
  let rows: ReadonlyMap<string, Row>;
  let source: readonly string[];
  let editor: CodeEditor;

  /** `[1, 32, 63, 63]`, as PyTorch prints it, of `63x63x32`. */
  const shape = (layer: string): string => {
    const [channels, ...plane] = (rows.get(layer)?.output ?? '').split('x').reverse();
    return `[${[1, channels, ...plane.reverse()].join(', ')}]`;
  };
  const lineOf = (text: string): number => source.findIndex((line) => line.includes(text)) + 1;
  const features = (layer: string) =>
    arrayOf(
      ...['features', join(window.folder, 'models', MODEL), join(window.folder, 'photos/panda.jpg')],
      ...['--layer', layer],
    );
  const short = (value: number): string => String(Number(value.toPrecision(4)));
  const summary = async (panel: string): Promise<string> =>
    textOf((await window.panel(`${panel}: ${MODEL}`)).locator('.summary'));

  beforeAll(async () => {
    const { stdout } = await unpool('info', join(window.folder, 'models', MODEL), '--json');
    rows = new Map((JSON.parse(stdout) as { rows: Row[] }).rows.map((row) => [row.name, row]));
    source = (await readFile(join(window.folder, SOURCE), 'utf8')).split('\n');
    await window.workbench.openFile(SOURCE);
    editor = new CodeEditor(window.workbench, SOURCE);
  });

  it('says which model the class makes, and offers the panels of every layer with weights', async () => {
    await expect.poll(() => editor.lenses('class ZFNet'), PATIENCE).toBe(`Unpool: ${MODEL}`);
    for (const layer of ['conv1', 'conv2', 'conv3', 'conv4', 'conv5']) {
      expect(await editor.lenses(`self.${layer} = `)).toBe('Kernels | Feature Maps | Project | Occlude');
    }
    expect(await editor.lenses('self.fc6 = ')).toBe('Feature Maps | Project | Occlude');
    expect(await editor.lenses('self.pool1 = ')).toBe('');
  });

  it('shows the shape that comes out behind every line that makes a layer or calls one', async () => {
    const made = ['conv1', 'pool1', 'norm1', 'conv2', 'pool2', 'norm2', 'conv3', 'conv4', 'conv5', 'pool5'];
    for (const layer of [...made, 'fc6']) {
      await expect.poll(() => editor.behind(`self.${layer} = `), PATIENCE).toEqual([shape(layer)]);
    }
    expect(await editor.behind('def __init__')).toEqual([]);
    await editor.goToLine(source.length);
    expect(await editor.behind('x = F.relu(self.conv3(x))')).toEqual([shape('relu3')]);
    expect(await editor.behind('x = self.norm2(self.pool2(')).toEqual([shape('norm2')]);
    expect(await editor.behind('return self.fc8(x)')).toEqual(['[1, 102]']);
  });

  it('tells of a layer under the pointer, with its kernels, before there is a photo', async () => {
    await editor.goToLine(lineOf('self.conv1 = '));
    const hover = await editor.hover('self.conv1 = ', 'conv1', /Choose a photo to see values/);
    const text = await textOf(hover);
    const { detail, parameters, multiplyAdds } = rows.get('conv1') ?? {};
    expect(text).toContain(`conv1: Conv ${times(detail ?? '')} · float32 ${shape('conv1')}`);
    expect(text).toContain(`Parameters ${parameters?.toLocaleString('en')}`);
    expect(text).toContain(`Multiply-adds ${multiplyAdds?.toLocaleString('en')}`);
    expect(text).toContain(`Model: ${MODEL}`);
  });

  it('draws the kernels there, the strongest first, as colours about mid-grey', async () => {
    const weights = await arrayOf('kernels', join(window.folder, 'models', MODEL), '--layer', 'conv1');
    const kernels = Array.from({ length: weights.shape[0] ?? 0 }, (_, kernel) => channelOf(weights, kernel));
    const strongest = kernels.toSorted((a, b) => Math.hypot(...b) - Math.hypot(...a));
    const hover = await editor.hover('self.conv1 = ', 'conv1', /Parameters/);
    const picture = hover.locator('img[alt^="The 32 strongest of 32 kernels"]');
    for (const place of [0, 8, 31]) {
      for (const { x, y, colour } of coloursIn(strongest[place] ?? new Float32Array())) {
        // Tiles of 24 pixels, 2 between them.
        const left = 2 + (place % 7) * 26 + x * 24;
        const top = 2 + Math.floor(place / 7) * 26 + y * 24;
        expect(await pixel(picture, left / 184, top / 132)).toEqual(colour);
      }
    }
    await editor.leave();
  });

  it('opens the panel of the layer whose lens is pressed', async () => {
    await editor.goToLine(lineOf('self.conv2 = '));
    await editor.pressLens('self.conv2 = ', 'Kernels');
    await expect.poll(() => summary('Kernels'), PATIENCE).toMatch(/^80 kernels of 5×5×32/);
    await editor.pressLens('self.conv5 = ', 'Kernels');
    await expect.poll(() => summary('Kernels'), PATIENCE).toMatch(/^80 kernels of 3×3×128/);
  });

  it('tells what a layer answers to the photo, once there is one', async () => {
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    await window.workbench.waitForStatusBarItem('panda.jpg');
    await editor.goToLine(lineOf('self.conv2 = '));
    const hover = await editor.hover('self.conv2 = ', 'conv2', /On panda\.jpg/);
    const { min, max, mean, standardDeviation } = statistics((await features('conv2')).data);
    expect(await textOf(hover)).toContain(
      `On panda.jpg ${short(min)} … ${short(max)}, mean ${short(mean)}, deviation ${short(standardDeviation)}`,
    );
    const maps = hover.locator('img[alt^="The 15 strongest of 80 feature maps on panda.jpg"]');
    await expect(maps.count()).resolves.toBe(1);
  });

  it('tells of an activation function where forward calls it, and what it is fed', async () => {
    await editor.goToLine(source.length);
    const hover = await editor.hover('F.relu(self.conv3(x))', 'relu', /Nearly flat/);
    const text = await textOf(hover);
    const { data } = await features('conv3');
    const { min, max, mean } = statistics(data);
    expect(text).toContain(`relu3: Relu · float32 ${shape('relu3')}`);
    expect(text).toContain('ReLU: f(x) max(0, x)');
    expect(text).toContain(`Fed on panda.jpg ${short(min)} … ${short(max)}, mean ${short(mean)}`);
    const flat = data.filter((value) => value <= 0).length / data.length;
    expect(text).toContain(`for ${(flat * 100).toFixed(1)} % of the inputs`);
    const curve = hover.locator('img[alt^="ReLU and, dashed, its derivative, over the histogram"]');
    // On the axis left of zero, then up the diagonal.
    for (const [x, y] of [
      [0.2, 136 / 140],
      [0.75, 70 / 140],
    ] as const) {
      const [red = 0, green = 0, blue = 0] = await pixel(curve, x, y);
      // The edges of a line are blended with what is behind.
      expect(Math.hypot(red - 0x3b, green - 0x8e, blue - 0xea)).toBeLessThan(8);
    }
    await editor.leave();
  });

  it('goes from a layer to the line that makes it, and back', async () => {
    const layers = await window.workbench.view('Unpool', 'Layers');
    await layers.click('conv4');
    await window.workbench.runCommand('Unpool: Go to Source');
    await expect.poll(async () => (await editor.cursor()).line, PATIENCE).toBe(lineOf('self.conv4 = '));
    await editor.click('self.conv3 = ', 'conv3');
    await window.workbench.runCommand('Unpool: Go to Layer');
    const architecture = await window.panel(MODEL);
    await expect.poll(() => textOf(architecture.locator('.layer-bar h2')), PATIENCE).toBe('conv3');
  });

  it('peeks at the feature maps of the line, and leaves the cursor there', async () => {
    await window.workbench.openFile(SOURCE);
    await editor.goToLine(lineOf('x = F.relu(self.conv5(x))'));
    await window.workbench.runCommand('Unpool: Peek Feature Maps');
    await window.workbench.pick('relu5');
    await expect.poll(() => summary('Feature Maps'), PATIENCE).toMatch(/^80 /);
    expect(await editor.cursor()).toEqual({ line: lineOf('x = F.relu(self.conv5(x))'), column: 1 });
  });

  it('takes lenses and shapes away at once where the settings say so', async () => {
    await window.workbench.openFile(SOURCE);
    await editor.goToLine(lineOf('self.conv1 = '));
    const settings = join(window.folder, '.vscode/settings.json');
    await mkdir(join(window.folder, '.vscode'));
    await writeFile(settings, JSON.stringify({ 'unpool.inlayShapes': false }));
    await expect.poll(() => editor.behind('self.conv1 = '), PATIENCE).toEqual([]);
    expect(await editor.lenses('self.conv1 = ')).toContain('Kernels');
    await writeFile(settings, JSON.stringify({ 'unpool.python.codeLens': false }));
    await expect.poll(() => editor.lenses('self.conv1 = '), PATIENCE).toBe('');
    await expect.poll(() => editor.behind('self.conv1 = '), PATIENCE).toEqual([shape('conv1')]);
    await rm(settings);
    await expect.poll(() => editor.lenses('self.conv1 = '), PATIENCE).toContain('Kernels');
  });

  it('asks which of two models the source makes, and remembers it', async () => {
    await window.workbench.runCommand('View: Close All Editors');
    await window.workbench.openFile(SOURCE);
    await cp(join(window.folder, 'models', MODEL), join(window.folder, 'models', COPY));
    const lens = (): Promise<string | undefined> => editor.lenses('class ZFNet');
    await expect.poll(lens, PATIENCE).toContain('of 2 models');
    await editor.pressLens('class ZFNet', (await lens()) ?? '');
    await window.workbench.pick(COPY);
    await expect.poll(lens, PATIENCE).toBe(`Unpool: ${COPY} (of 2 models)`);
    await window.workbench.reload();
    // The window may come back scrolled to where it was some seconds before.
    await window.workbench.openFile(SOURCE);
    await editor.goToLine(lineOf('class ZFNet'));
    await expect.poll(lens, PATIENCE).toBe(`Unpool: ${COPY} (of 2 models)`);
    // VS Code's watcher starts some time after the window, and tells of no change before that: then it is made again.
    const copy = join(window.folder, 'models', COPY);
    const afterDeletion = async (): Promise<string | undefined> => {
      const [shown, isThere] = [await lens(), existsSync(copy)];
      if (!isThere && shown === `Unpool: ${MODEL}`) {
        return shown;
      }
      await (isThere ? rm(copy) : cp(join(window.folder, 'models', MODEL), copy));
      return undefined;
    };
    await expect.poll(afterDeletion, { ...PATIENCE, interval: 3000 }).toBe(`Unpool: ${MODEL}`);
  });

  it('does all that in the cells of a notebook', async () => {
    await writeFile(join(window.folder, NOTEBOOK), notebookOf(source));
    await window.workbench.runCommand('View: Close All Editors');
    await window.workbench.openFile(NOTEBOOK);
    const cells = new CodeEditor(window.workbench, NOTEBOOK);
    await expect.poll(() => cells.behind('self.conv1 = '), PATIENCE).toEqual([shape('conv1')]);
    await expect.poll(() => cells.lenses('class ZFNet'), PATIENCE).toBe(`Unpool: ${MODEL}`);
    const hover = await cells.hover('self.conv3 = ', 'conv3', /Parameters/);
    expect(await textOf(hover)).toContain(
      `conv3: Conv ${times(rows.get('conv3')?.detail ?? '')} · float32 ${shape('conv3')}`,
    );
    await cells.pressLens('self.conv4 = ', 'Kernels');
    await expect.poll(() => summary('Kernels'), PATIENCE).toMatch(/^128 kernels of 3×3×128/);
  });
});

/** The source in two cells, behind a line that is no Python. */
function notebookOf(source: readonly string[]): string {
  const start = source.findIndex((line) => line.startsWith('class '));
  const cell = (lines: readonly string[]): object => ({
    cell_type: 'code',
    execution_count: null,
    metadata: {},
    outputs: [],
    source: lines.join('\n'),
  });
  const cells = [cell(['%matplotlib inline', ...source.slice(5, start)]), cell(source.slice(start))];
  return JSON.stringify({
    cells,
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5,
  });
}
