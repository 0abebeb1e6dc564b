import { truncateSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';

import { partsOfConstant } from '../../../../src/core/onnx/constants.js';
import { loadModel } from '../../../../src/core/onnx/load.js';
import type { Constant } from '../../../../src/core/onnx/model.js';
import { modelBytes, smallGraph, writeFile } from './modelFile.js';

/** The parts' lengths, and all values. */
async function read(constant: Constant, folder: string, most: number): Promise<[number[], number[]]> {
  const [lengths, values]: [number[], number[]] = [[], []];
  for await (const { shape, data } of partsOfConstant(constant, folder, most)) {
    lengths.push(...shape);
    values.push(...Array.from(data, Number));
  }
  return [lengths, values];
}

function constantIn(constants: ReadonlyMap<string, Constant>, name: string): Constant {
  const constant = constants.get(name);
  if (constant === undefined) {
    throw new Error(`there is no ${name}`);
  }
  return constant;
}

it('gives the values of a constant in parts, the last one with what is left', async () => {
  const { graph, folder } = await loadModel(writeFile('parts.onnx', modelBytes(smallGraph())));
  const kernels = constantIn(graph.constants, 'w');
  const expected = Array.from({ length: 64 * 27 }, (_, index) => Math.fround((index % 13) / 13 - 0.5));
  expect(await read(kernels, folder, 1000)).toEqual([[1000, 728], expected]);
  expect(await read(kernels, folder, 64 * 27)).toEqual([[64 * 27], expected]);
  const bias = constantIn(graph.constants, 'b');
  expect(bias.data.kind).toBe('inline');
  expect((await read(bias, folder, 5))[0]).toEqual([64]);
});

it('says which file has become too short', async () => {
  const file = writeFile('shortened.onnx', modelBytes(smallGraph()));
  const { graph, folder } = await loadModel(file);
  const kernels = constantIn(graph.constants, 'w');
  const { data } = kernels;
  if (data.kind !== 'file') {
    throw new Error('the kernels are not in the file');
  }
  truncateSync(file, Math.min(statSync(file).size, data.offset + data.length) - 4);
  await expect(read(kernels, folder, 100)).rejects.toThrow(
    /shortened\.onnx: tensor 'w' ends behind the end of the file/,
  );
});
