import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { openNetwork } from '../../../src/core/network/open.js';
import { printFile } from '../../../src/core/onnx/text/printFile.js';
import { TextIndex } from '../../../src/core/onnx/text/textIndex.js';
import { layerOfNode, nodeOfLayer } from '../../../src/host/text/textLayers.js';
import { tensorFacts } from '../../../src/host/tensorFacts.js';
import { modelBytes, node, smallGraph, writeFile } from '../core/onnx/modelFile.js';

const NETWORKS = join(import.meta.dirname, '../../fixtures/networks');
const files = readdirSync(NETWORKS).filter((name) => name.endsWith('.onnx'));

describe('layers of the network and nodes of the text', () => {
  it.each(files)('lead to each other in %s', async (name) => {
    const file = join(NETWORKS, name);
    const network = await openNetwork(file);
    const index = new TextIndex((await printFile(file)).map);
    expect(network.layers.length).toBeGreaterThan(5);
    for (const layer of network.layers) {
      const found = nodeOfLayer(index, layer);
      expect(found, layer.name).toBeDefined();
      expect(found && layerOfNode({ network }, found)?.name).toBe(layer.name);
    }
  });

  it('lead from a layer within a function to its call', async () => {
    const graph = smallGraph();
    graph.node[1] = { ...node('Twice', ['c'], ['r']), name: 'call', domain: 'local' };
    const fn = {
      name: 'Twice',
      domain: 'local',
      input: ['x'],
      output: ['out'],
      attribute: [],
      attributeProto: [],
      overload: '',
      node: [node('Relu', ['x'], ['y']), node('Relu', ['y'], ['out'])],
      opsetImport: [{ domain: '', version: 17 }],
    };
    const file = writeFile('layer-in-function.onnx', modelBytes(graph, { functions: [fn] }));
    const network = await openNetwork(file);
    const index = new TextIndex((await printFile(file)).map);
    const inner = network.layers.filter(({ node: { opType } }) => opType === 'Relu');
    expect(inner.map((layer) => nodeOfLayer(index, layer)?.name)).toEqual(['call', 'call']);
  });
});

describe('tensorFacts', () => {
  it('knows the layer of outputs and weights, and the receptive fields', async () => {
    const network = await openNetwork(writeFile('facts.onnx', modelBytes(smallGraph())));
    const facts = tensorFacts(network);
    expect(facts.layerOfTensor('w')?.node.opType).toBe('Conv');
    expect(facts.layerOfTensor('c')?.node.opType).toBe('Conv');
    expect(facts.layerOfTensor('image')).toBeUndefined();
    expect(facts.layerOfNode('Relu_r')?.output).toBe('r');
    expect(facts.receptiveField('r')).toEqual({ size: [3, 3], stride: [1, 1] });
    expect(tensorFacts(network)).toBe(facts);
  });
});
