import { describe, expect, it } from 'vitest';

import { CancelledError } from '../../../src/core/errors.js';
import type { RgbImage } from '../../../src/core/imaging/image.js';
import { decodePng } from '../../../src/core/imaging/png.js';
import { histogramPicture } from '../../../src/host/hovers/histogramPicture.js';
import { Measurements } from '../../../src/host/hovers/measurements.js';
import type { Measurement } from '../../../src/host/hovers/measurements.js';
import { THUMBNAIL_LIMIT, thumbnailPicture } from '../../../src/host/background/thumbnailPicture.js';

function measurement(name: string): Measurement {
  return { facts: [['name', name]], thumbnail: undefined, histogram: { uri: '', alt: '' } };
}

/** A promise and what settles it. */
function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (error: Error) => void } {
  let [resolve, reject]: [(value: T) => void, (error: Error) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((settle, fail) => {
    [resolve, reject] = [settle, fail];
  });
  return { promise, resolve, reject };
}

describe('Measurements', () => {
  it('come when they are there, and are not made again', async () => {
    const measurements = new Measurements();
    const work = deferred<Measurement>();
    const begun: string[] = [];
    const ask = (): ReturnType<Measurements['get']> =>
      measurements.get('a', () => {
        begun.push('a');
        return work.promise;
      });
    const first = ask();
    work.resolve(measurement('a'));
    expect(await first).toEqual({ kind: 'done', measurement: measurement('a') });
    expect(await ask()).toEqual({ kind: 'done', measurement: measurement('a') });
    expect(begun).toEqual(['a']);
  });

  it('runs one at a time, the last asked for first', async () => {
    const measurements = new Measurements();
    const first = deferred<Measurement>();
    const begun: string[] = [];
    const ask = (key: string): ReturnType<Measurements['get']> =>
      measurements.get(key, () => {
        begun.push(key);
        return key === 'first' ? first.promise : Promise.resolve(measurement(key));
      });
    const asked = ['first', 'b', 'c', 'b'].map(ask);
    expect(begun).toEqual(['first']);
    first.resolve(measurement('first'));
    expect((await Promise.all(asked)).map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'done']);
    expect(begun).toEqual(['first', 'b', 'c']);
  });

  it('does not begin what nobody waits for any more, and finishes what has begun', async () => {
    const measurements = new Measurements();
    const first = deferred<Measurement>();
    const begun: string[] = [];
    const pointer = new AbortController();
    const ask = (key: string, signal?: AbortSignal): ReturnType<Measurements['get']> =>
      measurements.get(
        key,
        () => {
          begun.push(key);
          return key === 'first' ? first.promise : Promise.resolve(measurement(key));
        },
        signal,
      );
    const [left, passed] = [ask('first', pointer.signal), ask('passed', pointer.signal)];
    pointer.abort();
    expect(await Promise.all([left, passed])).toEqual([{ kind: 'cancelled' }, { kind: 'cancelled' }]);
    const next = ask('next');
    first.resolve(measurement('first'));
    expect(await next).toMatchObject({ kind: 'done' });
    expect(await ask('first')).toEqual({ kind: 'done', measurement: measurement('first') });
    expect(begun).toEqual(['first', 'next']);
    expect(await ask('passed')).toMatchObject({ kind: 'done' });
  });

  it('tells of a failure once and tries again', async () => {
    const measurements = new Measurements();
    let tries = 0;
    const ask = (): ReturnType<Measurements['get']> =>
      measurements.get('a', () =>
        tries++ === 0 ? Promise.reject(new Error('the engine died')) : Promise.resolve(measurement('a')),
      );
    expect(await ask()).toEqual({ kind: 'failed', message: 'the engine died' });
    expect(await ask()).toMatchObject({ kind: 'done' });
  });

  it('forgets what was cancelled', async () => {
    const measurements = new Measurements();
    const cancelled = await measurements.get('a', () => Promise.reject(new CancelledError()));
    expect(cancelled).toEqual({ kind: 'cancelled' });
    const again = await measurements.get('a', () => Promise.resolve(measurement('a')));
    expect(again).toMatchObject({ kind: 'done' });
  });
});

describe('pictures of hovers', () => {
  /** Noise, which no encoder makes small. */
  const noise = (width: number, height: number): RgbImage => {
    let state = 1;
    const data = Uint8Array.from({ length: width * height * 3 }, () => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state >> 16;
    });
    return { width, height, data };
  };
  const bytesOf = (uri: string): Uint8Array => Buffer.from(uri.slice(uri.indexOf(',') + 1), 'base64');

  it('fit into a hover, whatever they show', () => {
    const large = thumbnailPicture(noise(600, 300));
    expect(large.length).toBeLessThanOrEqual(THUMBNAIL_LIMIT);
    const { width, height } = decodePng(bytesOf(large));
    expect(width / height).toBeCloseTo(2, 1);
    expect(decodePng(bytesOf(thumbnailPicture(noise(40, 20))))).toMatchObject({ width: 40, height: 20 });
    const counts = Uint32Array.from({ length: 64 }, (_, bin) => 1 + ((bin * 7919) % 1000));
    const edges = Float32Array.from({ length: 65 }, (_, edge) => edge - 20);
    const histogram = histogramPicture({ edges, counts });
    expect(2 * THUMBNAIL_LIMIT + histogram.length).toBeLessThan(90_000);
  });

  it('draw a bar for every bin that has values, and a line at zero', () => {
    const svg = (first: number): string => {
      const edges = Float32Array.of(first, first + 1, first + 2, first + 3);
      return Buffer.from(bytesOf(histogramPicture({ edges, counts: Uint32Array.of(4, 0, 1) }))).toString();
    };
    const [, bars = ''] = /d="([^"]*)"/.exec(svg(0)) ?? [];
    expect(bars.match(/M/g)).toHaveLength(2);
    // The second bar has a quarter of the values and half the height.
    const heights = [...bars.matchAll(/v-([\d.]+)h/g)].map(([, height]) => Number(height));
    expect(heights[1]).toBeCloseTo((heights[0] ?? 0) / 2, 0);
    expect(svg(-1)).toContain('M96 0V');
    expect(svg(0)).not.toMatch(/M[\d.]+ 0V/);
  });
});
