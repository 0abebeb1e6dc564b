import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Fetching } from '../../../../../webview/panels/topPhotos/fetching.js';

interface Asked {
  readonly maps: readonly number[];
  readonly signal: AbortSignal;
  readonly end: (error?: Error) => void;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function started(): {
  fetching: Fetching;
  asked: Asked[];
  whole: Set<number>;
  errors: unknown[];
  busy: boolean[];
} {
  const [asked, whole, errors, busy]: [Asked[], Set<number>, unknown[], boolean[]] = [[], new Set(), [], []];
  const fetching = new Fetching({
    fetch: (maps, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(new Error('cancelled'));
        });
        const end = (error?: Error): void => {
          if (error === undefined) {
            resolve();
          } else {
            reject(error);
          }
        };
        asked.push({ maps, signal, end });
      }),
    isWhole: (map) => whole.has(map),
    onWhole: (maps) => {
      maps.forEach((map) => whole.add(map));
    },
    onError: (error) => errors.push(error),
    onBusy: (isBusy) => busy.push(isBusy),
  });
  return { fetching, asked, whole, errors, busy };
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, place) => from + place);

describe('what is asked for', () => {
  it('are the maps in sight, some at a time, and no map twice', async () => {
    const { fetching, asked, whole, busy } = started();
    fetching.want(range(0, 20));
    await vi.advanceTimersByTimeAsync(0);
    expect(asked.map(({ maps }) => maps)).toEqual([range(0, 12)]);
    asked[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked[1]?.maps).toEqual(range(12, 20));
    asked[1]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect([asked.length, whole.size]).toEqual([2, 20]);
    expect(busy).toEqual([true, false]);
    fetching.want(range(5, 15));
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked.length).toBe(2);
  });

  it('ends at once when a map of it leaves sight, and begins anew when scrolling rests', async () => {
    const { fetching, asked, errors } = started();
    fetching.want(range(0, 12));
    await vi.advanceTimersByTimeAsync(0);
    for (let first = 3; first <= 30; first += 3) {
      fetching.want(range(first, first + 12));
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true]);
    await vi.advanceTimersByTimeAsync(120);
    expect(asked[1]?.maps).toEqual(range(30, 42));
    expect(errors).toEqual([]);
  });

  it('goes on while other maps come into sight, which come next', async () => {
    const { fetching, asked } = started();
    fetching.want(range(0, 4));
    await vi.advanceTimersByTimeAsync(0);
    fetching.want(range(0, 6));
    await vi.advanceTimersByTimeAsync(500);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([false]);
    asked[0]?.end();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked[1]?.maps).toEqual([4, 5]);
  });

  it('says what failed once, and tries again when other maps come into sight', async () => {
    const { fetching, asked, errors } = started();
    fetching.want([1]);
    await vi.advanceTimersByTimeAsync(0);
    asked[0]?.end(new Error('no photos'));
    await vi.advanceTimersByTimeAsync(1000);
    expect([asked.length, String(errors[0])]).toEqual([1, 'Error: no photos']);
    fetching.want([1, 2]);
    await vi.advanceTimersByTimeAsync(0);
    expect(asked[1]?.maps).toEqual([1, 2]);
  });

  it('is nothing after the layer has changed', async () => {
    const { fetching, asked, whole } = started();
    fetching.want([1]);
    await vi.advanceTimersByTimeAsync(0);
    fetching.clear();
    expect(asked[0]?.signal.aborted).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    expect([asked.length, whole.size]).toEqual([1, 0]);
  });
});
