import { expect, it } from 'vitest';
import type { LayerView } from '../../../../../src/protocol/view.js';
import { convolutionStep } from '../../../../../webview/panels/projection/steps.js';
import { layer } from '../layer.js';

const layersOf = (...names: string[]): LayerView[] =>
  names.map((name) => layer({ name, channels: 1, hasKernels: name.startsWith('conv'), hasMaps: true }));

const LAYERS = layersOf('norm0', 'conv1', 'relu1', 'conv2', 'relu2', 'fc3');

it.each([
  ['norm0', { previous: undefined, next: 'conv1', position: 0, count: 2 }],
  ['conv1', { previous: undefined, next: 'conv2', position: 1, count: 2 }],
  ['relu1', { previous: 'conv1', next: 'conv2', position: 1, count: 2 }],
  ['conv2', { previous: 'conv1', next: undefined, position: 2, count: 2 }],
  ['fc3', { previous: 'conv2', next: undefined, position: 2, count: 2 }],
])('goes from %s to the convolutions around it', (name, step) => {
  expect(convolutionStep(LAYERS, name)).toEqual(step);
});

it('offers no step in a network without convolutions', () => {
  expect(convolutionStep(layersOf('fc1'), 'fc1')).toEqual({
    previous: undefined,
    next: undefined,
    position: 0,
    count: 0,
  });
});
