/** The sources of the embedded networks make every layer of them. */

import { expect, it } from 'vitest';

import { openNetwork } from '../../../../src/core/network.js';
import { moduleTrees } from '../../../../src/core/source/moduleTree.js';
import { mapSource } from '../../../../src/core/source/sourceMap.js';
import { pythonParser } from '../../../../src/core/source/syntax.js';
import { diskFiles } from './files.js';

it.each(['zfnet', 'alexnet'])('samples/%s.py', async (name) => {
  const network = await openNetwork(`media/models/${name}-caltech101.onnx`);
  const trees = moduleTrees(await pythonParser(), diskFiles(), `samples/${name}.py`);
  const map = mapSource(network, trees, new Map());
  expect(map?.isExact).toBe(true);
  expect(network.layers.filter((layer) => map?.sourceOf(layer.name) === undefined)).toEqual([]);
  const other = name === 'zfnet' ? 'alexnet' : 'zfnet';
  const wrong = moduleTrees(await pythonParser(), diskFiles(), `samples/${other}.py`);
  expect(mapSource(network, wrong, new Map())).toBeUndefined();
});
