import { describe, expect, it } from 'vitest';

import { alignedLayers } from '../../../../../src/core/analysis/models/alignment.js';
import type { LayerSketch } from '../../../../../src/core/analysis/models/alignment.js';

/** `conv1:8x3x3` is a layer of kind `conv` with that name and shape. */
function layers(...texts: readonly string[]): readonly LayerSketch[] {
  return texts.map((text) => {
    const [name = '', shape = ''] = text.split(':');
    return { kind: name.replace(/\d.*$/, ''), names: [name], output: shape, weights: '' };
  });
}

/** `conv1=conv1 -relu1 +norm1`: pairs, what the second lacks, what it has more. */
function text(a: readonly LayerSketch[], b: readonly LayerSketch[]): string {
  return alignedLayers(a, b)
    .map((pair) => {
      const [left, right] = [a[pair.a ?? -1]?.names[0], b[pair.b ?? -1]?.names[0]];
      return left === undefined
        ? `+${right ?? ''}`
        : right === undefined
          ? `-${left}`
          : left === right
            ? left
            : `${left}=${right}`;
    })
    .join(' ');
}

describe('layers that stand for each other', () => {
  const net = layers('conv1:a', 'relu1:a', 'conv2:b', 'relu2:b', 'fc1:c');

  it('are all of a network and itself', () => {
    expect(text(net, net)).toBe('conv1 relu1 conv2 relu2 fc1');
  });

  it('are found around what one of them has alone, whatever the numbers behind it have become', () => {
    const more = layers('conv1:a', 'norm1:a', 'relu1:a', 'conv2:a', 'relu2:a', 'conv3:b', 'relu3:b', 'fc1:c');
    expect(text(net, more)).toBe('conv1 +norm1 relu1 +conv2 +relu2 conv2=conv3 relu2=relu3 fc1');
    expect(text(more, net)).toBe('conv1 -norm1 relu1 -conv2 -relu2 conv3=conv2 relu3=relu2 fc1');
  });

  it('are found by shapes where every name differs', () => {
    const other = layers('conv7:a', 'relu7:a', 'conv8:b', 'relu8:b', 'fc9:c');
    expect(text(net, other)).toBe('conv1=conv7 relu1=relu7 conv2=conv8 relu2=relu8 fc1=fc9');
  });

  it('are never of different kinds, and none are found in empty networks', () => {
    expect(text(layers('conv1', 'relu1'), layers('gelu1', 'fc1'))).toBe('-conv1 -relu1 +gelu1 +fc1');
    expect(text([], net)).toBe('+conv1 +relu1 +conv2 +relu2 +fc1');
    expect(text(net, [])).toBe('-conv1 -relu1 -conv2 -relu2 -fc1');
  });

  it('keep the order of both', () => {
    const swapped = layers('conv2:b', 'relu2:b', 'conv1:a', 'relu1:a', 'fc1:c');
    const pairs = alignedLayers(net, swapped);
    for (const side of ['a', 'b'] as const) {
      const places = pairs.flatMap((pair) => (pair[side] === undefined ? [] : [pair[side]]));
      expect(places).toEqual([0, 1, 2, 3, 4]);
    }
  });

  it('are found in networks of tens of thousands of layers, where some are missing', () => {
    const many = layers(...Array.from({ length: 20_000 }, (_, place) => `conv${place}:a`));
    const fewer = many.filter((_, place) => place % 5000 !== 17);
    const pairs = alignedLayers(many, fewer);
    expect(pairs.filter(({ b }) => b === undefined).map(({ a }) => a)).toEqual([17, 5017, 10_017, 15_017]);
    expect(pairs.every(({ a, b }) => b === undefined || many[a ?? -1] === fewer[b])).toBe(true);
  });
});
