/** The tools for language models, called by an extension of the tests as a language model would call them. */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { decodeImage } from '../../src/core/imaging/decode.js';
import { statistics } from '../../src/core/statistics.js';
import { unpool } from '../unit/cli/run.js';
import { modelBytes, smallGraph, weight } from '../unit/core/onnx/modelFile.js';
import { arrayOf, predictionsOf } from './commandLine.js';
import { describeInVsCode, MODEL, PATIENCE } from './window.js';

interface Part {
  readonly text?: string;
  readonly mimeType?: string;
  /** In base64. */
  readonly data?: string;
}

interface Answer {
  readonly parts?: readonly Part[];
  readonly error?: string;
}

/** What VS Code itself logs of a tool that throws. */
const WRONG_INPUT = /Error from tool unpool_(describeLayer|inspectModel)/;

describeInVsCode('language model tools', { expected: WRONG_INPUT }, (window) => {
  const model = `models/${MODEL}`;
  const photo = 'photos/panda.jpg';
  const page = () => window.workbench.page;

  /** Has the tool called; the answer comes once it is there. */
  const ask = async (tool: string, input: object): Promise<() => Promise<Answer>> => {
    const answer = join(window.folder, 'answer.json');
    await rm(answer, { force: true });
    await writeFile(join(window.folder, 'call.json'), JSON.stringify({ name: `unpool_${tool}`, input }));
    await window.workbench.runCommand('Test: Call Tool');
    return async () => {
      const read = async (): Promise<Answer> => JSON.parse(await readFile(answer, 'utf8')) as Answer;
      await expect.poll(() => read().catch(() => undefined), PATIENCE).toBeDefined();
      return read();
    };
  };
  const call = async (tool: string, input: object): Promise<Answer> => (await ask(tool, input))();
  const factsOf = ({ parts, error }: Answer): unknown => {
    expect(error).toBeUndefined();
    return JSON.parse(parts?.[0]?.text ?? '');
  };
  const pictureOf = ({ parts }: Answer) => {
    const { mimeType, data = '' } = parts?.at(-1) ?? {};
    expect(mimeType).toBe('image/png');
    return decodeImage(Buffer.from(data, 'base64'), 'answer.png');
  };
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

  it('tells what is wrong with an input', async () => {
    const { error } = await call('describeLayer', { model, layer: 'conv9' });
    expect(error).toMatch(/conv9.*conv/);
    const { error: other } = await call('inspectModel', { model: 'nowhere.onnx' });
    expect(other).toContain('nowhere.onnx: there is no such file');
  });
});
