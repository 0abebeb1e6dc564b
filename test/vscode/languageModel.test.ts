/** The tools for language models, called by an extension of the tests as a language model would call them. */

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { statistics } from '../../src/core/statistics.js';
import { unpool } from '../unit/cli/run.js';
import { modelBytes, smallGraph, weight } from '../unit/core/onnx/modelFile.js';
import { arrayOf, predictionsOf } from './commandLine.js';
import { askTool, callTool, factsOf, pictureOf } from './toolCalls.js';
import { describeInVsCode, MODEL } from './window.js';

/** What VS Code itself logs of a tool that throws. */
const WRONG_INPUT = /Error from tool unpool_(describeLayer|describeMap|inspectModel)/;

describeInVsCode('language model tools', { expected: WRONG_INPUT }, (window) => {
  const model = `models/${MODEL}`;
  const photo = 'photos/panda.jpg';
  const page = () => window.workbench.page;

  const ask = (tool: string, input: object) => askTool(window, tool, input);
  const call = (tool: string, input: object) => callTool(window, tool, input);
  const short = (value: number): number => Number(value.toPrecision(4));
  const pathOf = (name: string): string => join(window.folder, name);

  it('inspects a model', async () => {
    const { layers } = factsOf(await call('inspectModel', { model })) as { layers: object[] };
    const { stdout } = await unpool('info', pathOf(model), '--json');
    const { rows } = JSON.parse(stdout) as { rows: { name: string; parameters: number }[] };
    expect(layers).toMatchObject(rows.map(({ name, parameters }) => ({ name, parameters })));
  });

  it('describes a layer, with its kernels as a picture', async () => {
    const answer = await call('describeLayer', { model, layer: 'conv1' });
    const weights = await arrayOf('kernels', pathOf(model), '--layer', 'conv1');
    expect(factsOf(answer)).toMatchObject({ kernels: { shape: weights.shape, dead: [] }, parameters: 4736 });
    const { width, height } = await pictureOf(answer);
    expect(width).toBeGreaterThan(100);
    expect(height).toBeGreaterThan(50);
  });

  it('says so where the answer is as even as chance', async () => {
    const graph = smallGraph();
    const zeros = (...dims: number[]): Uint8Array => new Uint8Array(4 * dims.reduce((a, b) => a * b));
    graph.initializer = [weight('w', [64, 3, 3, 3], zeros(64, 3, 3, 3)), weight('b', [64], zeros(64))];
    await writeFile(join(window.folder, 'models/even.onnx'), modelBytes(graph));
    const even = await call('runPhoto', { model: 'models/even.onnx', photo });
    expect(factsOf(even)).toMatchObject({ remark: expect.stringContaining('the weights look untrained') });
    expect(factsOf(await call('runPhoto', { model, photo }))).not.toHaveProperty('remark');
  });

  it('runs a photo', async () => {
    const answer = await call('runPhoto', { model, photo, layer: 'conv2' });
    const [top, maps] = await Promise.all([
      predictionsOf(pathOf(model), pathOf(photo)),
      arrayOf('features', pathOf(model), pathOf(photo), '--layer', 'conv2'),
    ]);
    const { min, max, mean } = statistics(maps.data);
    expect(factsOf(answer)).toMatchObject({
      top: top.map(({ index, label, probability }) => ({ index, label, probability: short(probability) })),
      shape: maps.shape,
      whole: { min: short(min), max: short(max), mean: short(mean) },
    });
  });

  it('asks before it projects a unit, which takes long', async () => {
    const input = { model, photo, layer: 'conv1' };
    const refused = await ask('projectUnit', input);
    const dialog = page().locator('.monaco-dialog-box');
    await dialog.getByText('The network runs forwards and backwards').waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect((await refused()).error).toMatch(/cancel/i);

    const allowed = await ask('projectUnit', input);
    await dialog.locator('.monaco-button').filter({ hasNotText: 'Cancel' }).first().click();
    const answer = await allowed();
    // The unit that the Projection panel shows as well.
    expect(factsOf(answer)).toMatchObject({ unit: { channel: 11, y: 17, x: 44 } });
    await pictureOf(answer);
  });

  it('says how photos are indexed where none are', async () => {
    const { error } = await call('describeMap', { model, layer: 'conv5', map: 12 });
    expect(error).toContain('Unpool: Index a Folder of Photos');
  });

  it('tells what is wrong with an input', async () => {
    const { error } = await call('describeLayer', { model, layer: 'conv9' });
    expect(error).toMatch(/conv9.*conv/);
    const { error: other } = await call('inspectModel', { model: 'nowhere.onnx' });
    expect(other).toContain('nowhere.onnx: there is no such file');
  });
});
