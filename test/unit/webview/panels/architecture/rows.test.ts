import { describe, expect, it } from 'vitest';

import type { LayerView } from '../../../../../src/protocol/view.js';
import {
  LayerFilter,
  NETWORK_ORDER,
  nextSort,
  sorted,
} from '../../../../../webview/panels/architecture/rows.js';
import { layer } from '../layer.js';

const LAYERS: readonly LayerView[] = [
  layer({ name: 'conv2', operator: 'Conv', detail: '5x5, pad 2', output: '27x27x256', parameters: 307456 }),
  layer({ name: 'conv10', operator: 'Conv', output: '13x13x384', parameters: 885120, multiplyAdds: 10 }),
  layer({ name: 'relu1', operator: 'Relu', output: '?x13x1', multiplyAdds: 0 }),
  layer({ name: 'conv1', aliases: ['features.0'], operator: 'Conv', output: '55x55x96', parameters: 34944 }),
];
const names = (places: readonly number[]): string[] => places.map((place) => LAYERS[place]?.name ?? '');
const all = [...LAYERS.keys()];

describe('sorted', () => {
  it('sorts names by their letters and numbers', () => {
    const sort = { key: 'name', isDescending: false } as const;
    expect(names(sorted(LAYERS, all, sort))).toEqual(['conv1', 'conv2', 'conv10', 'relu1']);
  });

  it('sorts shapes by their size, with what is not known last in both directions', () => {
    const down = sorted(LAYERS, all, { key: 'output', isDescending: true });
    const up = sorted(LAYERS, all, { key: 'output', isDescending: false });
    expect(names(down)).toEqual(['conv1', 'conv2', 'conv10', 'relu1']);
    expect(names(up)).toEqual(['conv10', 'conv2', 'conv1', 'relu1']);
  });

  it('keeps the order of the network where values are equal or missing', () => {
    const sort = { key: 'multiplyAdds', isDescending: true } as const;
    expect(names(sorted(LAYERS, all, sort))).toEqual(['conv10', 'relu1', 'conv2', 'conv1']);
  });

  it('sorts only the layers it is given', () => {
    expect(names(sorted(LAYERS, [3, 0], NETWORK_ORDER))).toEqual(['conv2', 'conv1']);
  });
});

describe('LayerFilter', () => {
  const filter = new LayerFilter(LAYERS);

  it.each([
    ['', ['conv2', 'conv10', 'relu1', 'conv1']],
    ['conv1', ['conv10', 'conv1']],
    ['FEATURES', ['conv1']],
    ['conv pad', ['conv2']],
    ['pad  5x5', ['conv2']],
    ['13x13 relu', []],
  ])('finds by %j', (query, found) => {
    expect(names(filter.places(query))).toEqual(found);
  });
});

describe('nextSort', () => {
  it('goes from the largest to the smallest and back to the order of the network', () => {
    const first = nextSort(NETWORK_ORDER, 'parameters');
    const second = nextSort(first, 'parameters');
    expect(first).toEqual({ key: 'parameters', isDescending: true });
    expect(second).toEqual({ key: 'parameters', isDescending: false });
    expect(nextSort(second, 'parameters')).toEqual(NETWORK_ORDER);
  });

  it('begins texts with A', () => {
    expect(nextSort({ key: 'stride', isDescending: true }, 'name')).toEqual({
      key: 'name',
      isDescending: false,
    });
  });

  it('has nothing else to do for the place', () => {
    expect(nextSort(NETWORK_ORDER, 'place')).toEqual(NETWORK_ORDER);
  });
});
