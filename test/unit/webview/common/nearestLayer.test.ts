import { expect, it } from 'vitest';

import type { LayerView } from '../../../../src/protocol/view.js';
import { nearestLayer } from '../../../../webview/common/layerToShow.js';
import { layer } from '../panels/layer.js';

const layers = ['conv1', 'relu1', 'pool1', 'conv2', 'relu2', 'pool2', 'flatten', 'fc3'].map((name) =>
  layer({ name }),
);
const indexed = ({ name }: LayerView): boolean => name.startsWith('relu');

it.each([
  ['relu1', 'relu1'],
  ['conv1', 'relu1'],
  ['pool1', 'relu1'],
  ['conv2', 'relu2'],
  ['fc3', 'relu2'],
  [null, 'relu1'],
] as const)('%s is shown by the activation nearest to it, %s', (wanted, shown) => {
  expect(nearestLayer(layers, wanted, indexed)?.name).toBe(shown);
});

it('is none where the index has none of the layers', () => {
  expect(nearestLayer(layers, 'conv1', () => false)).toBeUndefined();
});
