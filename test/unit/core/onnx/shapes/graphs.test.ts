/** Whole models against onnx's own shape inference, the file's statements of intermediate shapes put aside. */

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { shapesFor } from '../../../../../src/core/onnx/derive.js';
import { loadModel } from '../../../../../src/core/onnx/load.js';

const ASSETS = fileURLToPath(new URL('../../../../../../shared/assets/', import.meta.url));

/** By model, names of tensors by shape. */
const GRAPHS = JSON.parse(
  readFileSync(new URL('../../../../fixtures/shapes/graphs.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Readonly<Record<string, string>>>>;

describe('every tensor has the shape that onnx infers', () => {
  it.for(Object.entries(GRAPHS))('in %s', async ([path, expected], context) => {
    if (!existsSync(ASSETS + path)) {
      context.skip(`no ../shared/assets/${path} beside the repository`);
    }
    const { file, graph, opsets } = await loadModel(ASSETS + path);
    const bare = { ...graph, valueInfo: new Map(), outputs: graph.outputs.map(({ name }) => ({ name })) };
    const shapes = shapesFor({ file, graph: bare, opsets }, new Map());
    for (const [shape, names] of Object.entries(expected)) {
      for (const name of names.split(' ')) {
        expect(`${name} ${shapes.shapeOf(name)?.join('x') ?? '?'}`).toBe(`${name} ${shape}`);
      }
    }
  });
});
