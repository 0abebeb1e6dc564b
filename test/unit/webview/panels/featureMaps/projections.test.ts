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
});
