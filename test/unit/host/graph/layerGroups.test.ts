import { describe, expect, it } from 'vitest';

import type { Node } from '../../../../src/core/onnx/model.js';
import { atOnce } from '../../../../src/core/steps.js';
import { layerGroupsSteps } from '../../../../src/host/graph/layerGroups.js';
import type { LayerGroups } from '../../../../src/host/graph/layerGroups.js';

const named = (...names: readonly string[]): { name: string; node: Node }[] =>
  names.map((name) => ({ name, node: node() }));

/** A node of which nothing is known. */
function node(): Node {
  return {
    name: '',
    opType: 'Relu',
    domain: '',
    inputs: [],
    outputs: [],
    attributes: new Map(),
    metadata: new Map(),
  };
}

const layerGroups = (layers: Parameters<typeof layerGroupsSteps>[0]): LayerGroups =>
  atOnce(layerGroupsSteps(layers));

describe('layerGroups', () => {
  it('groups layers by their paths, and groups by theirs', () => {
    const groups = layerGroups(named('a.x.1', 'a.x.2', 'a.3', 'last'));
    expect(groups.all).toEqual(['', 'a', 'a.x']);
    expect(['a.x.1', 'a.3', 'last'].map((layer) => groups.of(layer))).toEqual(['a.x', 'a', '']);
  });

  it('makes no group of one layer', () => {
    expect(layerGroups(named('a.1', 'b.1', 'b.2')).all).toEqual(['', 'b']);
  });

  it('lays layers without a path into the group around them', () => {
    const groups = layerGroups(named('a.1', 'relu1', 'a.2', 'relu2', 'b.1', 'b.2'));
    expect(['relu1', 'relu2'].map((layer) => groups.of(layer))).toEqual(['a', '']);
    const nested = layerGroups(named('a.x.1', 'relu1', 'a.2', 'relu2', 'a.x.3'));
    expect(['relu1', 'relu2'].map((layer) => nested.of(layer))).toEqual(['a', 'a']);
  });

  it('reads long rows in parts', () => {
    const groups = layerGroups(named(...Array.from({ length: 1000 }, (_, at) => `n${at}`)));
    expect(groups.all).toEqual(['', 'layers 1-400', 'layers 401-800', 'layers 801-1000']);
    expect(groups.of('n400')).toBe('layers 401-800');
  });
});
