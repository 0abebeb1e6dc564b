import { strict as assert } from 'node:assert';
import { before, describe, it } from 'mocha';
import * as vscode from 'vscode';

import { eventually, hoverText, placeOf, shapeOf, SOURCE, uriOf } from '../workspace.js';

describe('a Python source', () => {
  let document: vscode.TextDocument;

  before(async () => {
    document = await vscode.workspace.openTextDocument(uriOf(SOURCE));
    await vscode.window.showTextDocument(document);
  });

  it('tells of the layer under the pointer', async () => {
    const text = await hoverText(document, placeOf(document, 'conv1', 'self.'), /data:image\/png;base64/);
    assert.ok(text.includes(await shapeOf('conv1')), text);
  });

  it('shows the shape that comes out behind the line of a layer', async () => {
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await eventually(async () => {
      const found = await vscode.commands.executeCommand<vscode.InlayHint[]>(
        'vscode.executeInlayHintProvider',
        document.uri,
        whole,
      );
      return found.length > 0 ? found : undefined;
    });
    const { line } = placeOf(document, 'conv2 = ', 'self.');
    const hint = hints.find(({ position }) => position.line === line);
    const label =
      typeof hint?.label === 'string' ? hint.label : hint?.label.map(({ value }) => value).join('');
    assert.equal(label, `→ ${await shapeOf('conv2')}`);
  });

  it('has lenses that open the panels of a layer', async () => {
    const { line } = placeOf(document, 'conv1 = ', 'self.');
    const titles = await eventually(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
        1000,
      );
      const here = lenses.filter(({ range }) => range.start.line === line);
      return here.length > 0 ? here.map(({ command }) => command?.title) : undefined;
    });
    assert.deepEqual(titles, ['Kernels', 'Feature Maps', 'Project', 'Occlude']);
  });
});
