<<<<<<< HEAD
import { expect, it } from 'vitest';

import type { Picture } from '../../../../../src/protocol/view.js';
import { Projections } from '../../../../../webview/panels/featureMaps/projections.js';

/** A picture that tells which map it is of. */
const of = (channel: number): Picture => ({ width: channel + 2, height: 1, rgba: new ArrayBuffer(4) });
const widths = (of: Projections, channels: readonly number[]): number[] =>
  channels.map((channel) => of.pictureOf(channel).width);

it('fetches what is missing, some at a time, in the order shown', async () => {
  const asked: number[][] = [];
  const projections = new Projections(async (channels) => {
    asked.push([...channels]);
    return channels.map(of);
  });
  const order = Array.from({ length: 20 }, (_, at) => 19 - at);
  const done: number[] = [];
  await projections.fetch(order, new AbortController().signal, (count) => done.push(count));
  expect(asked.map((some) => [some[0], some.length])).toEqual([
    [19, 16],
    [3, 4],
  ]);
  expect(done).toEqual([16, 20]);
  expect(widths(projections, [0, 7, 19])).toEqual([2, 9, 21]);
  await projections.fetch([...order, 20], new AbortController().signal, () => undefined);
  expect(asked.at(-1)).toEqual([20]);
  projections.clear();
  expect(widths(projections, [7])).toEqual([1]);
});

it('keeps nothing of an answer that came after something else was chosen', async () => {
  const stop = new AbortController();
  const projections = new Projections(async (channels) => {
    stop.abort();
    return channels.map(of);
  });
  await expect(projections.fetch([1], stop.signal, () => undefined)).rejects.toThrow();
  expect(widths(projections, [1])).toEqual([1]);
=======
import { describe, expect, it } from 'vitest';

import type { MapProjectionView } from '../../../../../src/protocol/panels/featureMaps.js';
import { Projections } from '../../../../../webview/panels/featureMaps/projections.js';

const { signal } = new AbortController();

function viewOf(channel: number): MapProjectionView {
  return { channel, picture: { width: channel + 2, height: 1, rgba: new ArrayBuffer(4 * (channel + 2)) } };
}

describe('the projections of a layer', () => {
  it('are asked for once, come a few at a time, and are grey until then', async () => {
    const asked: (readonly number[])[] = [];
    const widths: number[] = [];
    const counts: number[] = [];
    const projections = new Projections(async (channels, _, onPartial) => {
      asked.push(channels);
      widths.push(projections.pictureOf(2).width);
      onPartial(channels.slice(0, 1).map(viewOf));
      widths.push(projections.pictureOf(2).width);
      onPartial(channels.slice(1).map(viewOf));
    });
    await projections.fetch([2, 0, 1], signal, (done) => counts.push(done));
    expect(asked).toEqual([[2, 0, 1]]);
    expect(widths).toEqual([1, 4]);
    expect(counts).toEqual([1, 3]);

    await projections.fetch([0, 1, 2, 3], signal, () => undefined);
    await projections.fetch([3, 1], signal, () => undefined);
    expect(asked).toEqual([[2, 0, 1], [3]]);
    projections.clear();
    expect(projections.pictureOf(2).width).toBe(1);
  });

  it('that came before something went wrong stay', async () => {
    const projections = new Projections(async (_, __, onPartial) => {
      onPartial([viewOf(0)]);
      throw new Error('the engine process was stopped');
    });
    await expect(projections.fetch([0, 1], signal, () => undefined)).rejects.toThrow('engine process');
    expect(projections.pictureOf(0).width).toBe(2);
    expect(projections.pictureOf(1).width).toBe(1);
  });
>>>>>>> 1ed2432 (The projections of a layer's maps are one job that streams its pictures; documents tell of jobs)
});
