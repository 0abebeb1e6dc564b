import { describe, expect, it } from 'vitest';

import { rowAfterKey, rowWindow, scrollToRow } from '../../../../webview/common/rowWindow.js';

describe('rowWindow', () => {
  const COUNT = 100_000;
  const ROW = 24;

  it.each([0, 1, 23, 24, 1_000_003, COUNT * ROW - 480])('holds every row in sight at %i', (scrollTop) => {
    const { first, end } = rowWindow(scrollTop, 480, ROW, COUNT);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(first * ROW).toBeLessThanOrEqual(scrollTop);
    expect(Math.min(COUNT, end) * ROW).toBeGreaterThanOrEqual(Math.min(COUNT * ROW, scrollTop + 480));
    expect(end - first).toBeLessThan(60);
  });

  it('ends with the list', () => {
    expect(rowWindow(0, 480, ROW, 3)).toEqual({ first: 0, end: 3 });
    expect(rowWindow(0, 480, ROW, 0)).toEqual({ first: 0, end: 0 });
  });

  it('is empty where a list became shorter than the scroll position', () => {
    expect(rowWindow(100_000, 480, ROW, 5)).toEqual({ first: 5, end: 5 });
  });
});

describe('scrollToRow', () => {
  it('stays where the row is seen', () => {
    expect(scrollToRow(5, 100, 200, 20)).toBe(100);
    expect(scrollToRow(14, 100, 200, 20)).toBe(100);
  });

  it('scrolls no further than it takes', () => {
    expect(scrollToRow(4, 100, 200, 20)).toBe(80);
    expect(scrollToRow(15, 100, 200, 20)).toBe(120);
  });
});

describe('rowAfterKey', () => {
  it.each([
    ['ArrowDown', 4, 5],
    ['ArrowUp', 4, 3],
    ['ArrowUp', 0, 0],
    ['ArrowDown', 9, 9],
    ['PageDown', 4, 7],
    ['PageUp', 1, 0],
    ['Home', 7, 0],
    ['End', 2, 9],
    ['ArrowDown', -1, 0],
  ])('%s leads from %i to %i', (key, row, next) => {
    expect(rowAfterKey(key, row, 10, 3)).toBe(next);
  });

  it('leads nowhere with another key, or in an empty list', () => {
    expect(rowAfterKey('a', 1, 10, 3)).toBeUndefined();
    expect(rowAfterKey('Home', -1, 0, 3)).toBeUndefined();
  });
});
