import { expect, it } from 'vitest';
import { LruCache } from '../../../src/core/lruCache.js';

function filled(bound: number): { cache: LruCache<string>; removed: string[] } {
  const removed: string[] = [];
  const cache = new LruCache<string>(bound, (value) => removed.push(value));
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  return { cache, removed };
}

it('removes the entry that was used longest ago', () => {
  const { cache, removed } = filled(10);
  cache.get('a');
  cache.set('c', 'C', 4);
  expect(removed).toEqual(['B']);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
  expect(cache.bytes).toBe(8);
});

it('removes others when an entry grows', () => {
  const { cache, removed } = filled(10);
  cache.grow('b', 3);
  expect(removed).toEqual(['A']);
  expect(cache.bytes).toBe(7);
});

it('keeps the entry used last, however large', () => {
  const { cache, removed } = filled(10);
  cache.set('c', 'C', 100);
  expect(removed).toEqual(['A', 'B']);
  expect(cache.get('c')).toBe('C');
});

it('lets go of what is replaced or deleted', () => {
  const { cache, removed } = filled(10);
  cache.set('a', 'A2', 1);
  cache.delete('b');
  cache.delete('b');
  expect(removed).toEqual(['A', 'B']);
  expect([cache.size, cache.bytes]).toEqual([1, 1]);
});

it('removes what no longer fits when the bound gets smaller', () => {
  const { cache, removed } = filled(10);
  cache.resize(7);
  expect(removed).toEqual(['A']);
  cache.resize(10);
  cache.set('c', 'C', 4);
  expect([cache.size, cache.bytes]).toEqual([2, 8]);
});
