/** What is kept between looks at a source, and which files are looked at for it. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { importersOf, isNetworkSource } from '../../../../src/core/source/networkSources.js';
import { SourceReader } from '../../../../src/core/source/sourceReader.js';
import type { SourceReport } from '../../../../src/core/source/sourceReader.js';
import { FIXTURES, textFiles } from './files.js';

let folder: string;
let reader: SourceReader;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-reader-'));
  reader = new SourceReader();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Compares `plain.py`, as it is on disk unless texts say otherwise, with a model. */
function connect(model: string, texts: Readonly<Record<string, string>> = {}): Promise<SourceReport> {
  return reader.connect({ roots: [], texts: new Map(Object.entries(texts)) }, join(folder, 'plain.py'), [
    model,
  ]);
}

it('opens a model again that was written, and reads a source again that has changed, and neither otherwise', async () => {
  const model = join(folder, 'model.onnx');
  const source = join(folder, 'plain.py');
  cpSync(join(FIXTURES, 'plain.py'), source);
  cpSync(join(FIXTURES, 'plain-torchscript.onnx'), model);
  const first = await connect(model);
  expect(first.maps.get(model)?.isExact).toBe(true);
  expect(first.milliseconds).toBeGreaterThan(0);
  expect(first.reads).toContain(source);
  const second = await connect(model);
  expect([second.milliseconds, second.maps]).toEqual([undefined, first.maps]);
  const text = readFileSync(source, 'utf8');
  const unsaved = await connect(model, { [source]: `\n${text}` });
  expect(unsaved.milliseconds).toBeGreaterThan(0);
  const lineOf = ({ maps }: SourceReport): number =>
    maps.get(model)?.sources.get('conv1')?.created.at(-1)?.start.line ?? NaN;
  expect(lineOf(unsaved)).toBe(lineOf(first) + 1);
  cpSync(join(FIXTURES, 'nested-torchscript.onnx'), model);
  expect((await connect(model)).maps.size).toBe(0);
  writeFileSync(model, 'no model');
  const { unopened, maps } = await connect(model);
  expect([unopened.length, maps.size]).toEqual([1, 0]);
});

it('stops where it is no longer wanted', async () => {
  cpSync(join(FIXTURES, 'nested.py'), join(folder, 'plain.py'));
  const controller = new AbortController();
  const asked = reader.connect(
    { roots: [], texts: new Map() },
    join(folder, 'plain.py'),
    [join(FIXTURES, 'nested-dynamo.onnx')],
    controller.signal,
  );
  controller.abort();
  await expect(asked).rejects.toThrow('cancelled');
});

it('finds the sources that import a file, directly and through others, those that import each other included', () => {
  const files = textFiles({
    '/project/blocks.py': 'from torch import nn\n',
    '/project/parts.py': 'from torch import nn\nfrom .blocks import Block\nimport net\n',
    '/project/net.py': 'import torch\nimport parts\n',
    '/project/tools.py': 'import blocks\n',
    '/project/train.py': 'import torch\nimport data_blocks\n',
  });
  const all = ['net', 'tools', 'train', 'parts', 'blocks'].map((name) => `/project/${name}.py`);
  expect(importersOf(files, '/project/blocks.py', all)).toEqual(['/project/parts.py', '/project/net.py']);
  expect(all.filter((file) => isNetworkSource(files, file))).not.toContain('/project/tools.py');
});
