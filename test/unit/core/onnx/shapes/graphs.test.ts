/** Whole models against onnx's own shape inference, the file's statements of intermediate shapes put aside. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from 'vitest';

import { shapesFor } from '../../../../../src/core/onnx/derive.js';
import { loadModel } from '../../../../../src/core/onnx/load.js';

const FIXTURES = fileURLToPath(new URL('../../../../fixtures/shapes/', import.meta.url));

/** By model, names of tensors by shape. */
const GRAPHS = JSON.parse(readFileSync(join(FIXTURES, 'graphs.json'), 'utf8')) as Readonly<
  Record<string, Readonly<Record<string, string>>>
>;

describe('every tensor has the shape that onnx infers', () => {
  it.for(Object.entries(GRAPHS))('in %s', async ([model, expected]) => {
    const { file, graph, opsets } = await loadModel(join(FIXTURES, 'graphs', model));
    const bare = { ...graph, valueInfo: new Map(), outputs: graph.outputs.map(({ name }) => ({ name })) };
    const shapes = shapesFor({ file, graph: bare, opsets }, new Map());
    for (const [shape, names] of Object.entries(expected)) {
      for (const name of names.split(' ')) {
        expect(`${name} ${shapes.shapeOf(name)?.join('x') ?? '?'}`).toBe(`${name} ${shape}`);
      }
    }
  });
});
