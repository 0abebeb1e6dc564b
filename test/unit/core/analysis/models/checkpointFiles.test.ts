/** Which files of a folder are a time line, and in which order. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { checkpointFiles } from '../../../../../src/core/analysis/models/checkpointFiles.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-checkpoints-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function write(...names: string[]): void {
  names.forEach((name) => {
    writeFileSync(join(folder, name), '');
  });
}

it('orders by the numbers in names, and says what is left out', async () => {
  write('epoch-10.onnx', 'epoch-2.onnx', 'epoch-1.onnx', 'epoch-2.unpool.json', 'epoch-10.onnx.data');
  write('log.txt', '.hidden');
  mkdirSync(join(folder, 'old'));
  const { files, leftOut } = await checkpointFiles(folder);
  expect(files.map(({ name, epoch }) => [name, epoch])).toEqual([
    ['epoch-1', 1],
    ['epoch-2', 2],
    ['epoch-10', 10],
  ]);
  expect(files[2]?.file).toBe(join(folder, 'epoch-10.onnx'));
  expect(leftOut).toEqual(['log.txt', 'old']);
});

it('takes the number that rises, whatever others are in the names, and places where none does', async () => {
  write('resnet18-run3-step500.onnx', 'resnet18-run3-step1500.onnx', 'resnet18-run3-step20000.ONNX');
  expect((await checkpointFiles(folder)).files.map(({ epoch }) => epoch)).toEqual([500, 1500, 20000]);
  write('final.onnx');
  const { files } = await checkpointFiles(folder);
  expect(files.map(({ name, epoch }) => [name, epoch])).toEqual([
    ['final', 1],
    ['resnet18-run3-step500', 2],
    ['resnet18-run3-step1500', 3],
    ['resnet18-run3-step20000', 4],
  ]);
});

it('needs two checkpoints', async () => {
  await expect(checkpointFiles(join(folder, 'none'))).rejects.toThrow(/there is no such folder/);
  await expect(checkpointFiles(folder)).rejects.toThrow(/has no \.onnx file; a time line needs two/);
  write('only.onnx');
  await expect(checkpointFiles(folder)).rejects.toThrow(/has one \.onnx file alone/);
  await expect(checkpointFiles(join(folder, 'only.onnx'))).rejects.toThrow(/is no folder of checkpoints/);
});
