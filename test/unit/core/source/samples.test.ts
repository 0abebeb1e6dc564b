/** The sources of the embedded networks make every layer of them. */

import { expect, it } from 'vitest';

import { openNetwork } from '../../../../src/core/network/open.js';
import { readSource } from '../../../../src/core/source/readSource.js';
import { mapSource } from '../../../../src/core/source/mapSource.js';
import { pythonParser } from '../../../../src/core/source/syntax.js';
import { diskFiles } from './files.js';

it.each(['zfnet', 'alexnet'])('samples/%s.py', async (name) => {
  const network = await openNetwork(`media/models/${name}-caltech101.onnx`);
  const source = await readSource(await pythonParser(), diskFiles(), `samples/${name}.py`);
  const map = mapSource(network, source);
  expect(map?.isExact).toBe(true);
  expect(network.layers.filter((layer) => map?.sources.get(layer.name) === undefined)).toEqual([]);
  const other = name === 'zfnet' ? 'alexnet' : 'zfnet';
  const wrong = await readSource(await pythonParser(), diskFiles(), `samples/${other}.py`);
  expect(mapSource(network, wrong)).toBeUndefined();
});
