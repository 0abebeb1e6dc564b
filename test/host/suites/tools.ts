import { strict as assert } from 'node:assert';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

import { facts, MODEL } from '../workspace.js';

const NAMES = ['inspectModel', 'describeLayer', 'describeMap', 'runPhoto', 'projectUnit', 'findProblems'];

describe('the language model tools', () => {
  const call = async (tool: string, input: object): Promise<readonly unknown[]> =>
    (await vscode.lm.invokeTool(`unpool_${tool}`, { input, toolInvocationToken: undefined })).content;

  it('are there', () => {
    const names = new Set(vscode.lm.tools.map(({ name }) => name));
    assert.deepEqual(
      NAMES.filter((name) => !names.has(`unpool_${name}`)),
      [],
    );
  });

  it('say of a model what the command line says', async () => {
    const [part] = await call('inspectModel', { model: MODEL });
    assert.ok(part instanceof vscode.LanguageModelTextPart);
    const { layers } = JSON.parse(part.value) as {
      layers: readonly { readonly name: string; readonly parameters: number }[];
    };
    const { rows } = await facts();
    assert.deepEqual(
      layers.map(({ name, parameters }) => [name, parameters]),
      rows.map(({ name, parameters }) => [name, parameters]),
    );
  });

  it('refuse a file that is not there, and say so', async () => {
    await assert.rejects(call('inspectModel', { model: 'nothing.onnx' }), /nothing\.onnx/);
  });
});
