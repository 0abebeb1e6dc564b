import { expect, it } from 'vitest';
import { BoundedCache } from '../../../src/core/boundedCache.js';

function filled(bound: number): { cache: BoundedCache<string>; removed: string[] } {
  const removed: string[] = [];
  const cache = new BoundedCache<string>(bound, (value) => removed.push(value));
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
  expect(cache.weight).toBe(8);
});

it('removes others when an entry grows', () => {
  const { cache, removed } = filled(10);
  cache.grow('b', 3);
  expect(removed).toEqual(['A']);
  expect(cache.weight).toBe(7);
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
  expect([cache.count, cache.weight]).toEqual([1, 1]);
});

it('removes what no longer fits when the bound gets smaller', () => {
  const { cache, removed } = filled(10);
  cache.resize(7);
  expect(removed).toEqual(['A']);
  cache.resize(10);
  cache.set('c', 'C', 4);
  expect([cache.count, cache.weight]).toEqual([2, 8]);
});

it('counts entries that are given no weight', () => {
  const cache = new BoundedCache<number>(2);
  ['a', 'b', 'c'].forEach((key, place) => {
    cache.set(key, place);
    cache.get('a');
  });
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([0, undefined, 2]);
  expect([cache.count, cache.weight]).toEqual([2, 2]);
});

it('removes nothing when a value is asked for or grows that is not there', () => {
  const { cache, removed } = filled(10);
  cache.grow('c', 100);
  expect([cache.get('c'), cache.weight, removed]).toEqual([undefined, 8, []]);
});
