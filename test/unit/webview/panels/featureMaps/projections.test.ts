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

  it('are not kept where they came after something else was chosen', async () => {
    const stop = new AbortController();
    const projections = new Projections(async (channels, _, onPartial) => {
      stop.abort();
      onPartial(channels.map(viewOf));
    });
    const counts: number[] = [];
    await projections.fetch([1], stop.signal, (done) => counts.push(done));
    expect(projections.pictureOf(1).width).toBe(1);
    expect(counts).toEqual([]);
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
});
