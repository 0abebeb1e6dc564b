import { describe, expect, it } from 'vitest';

import type { OcclusionView } from '../../../../../src/protocol/panels/occlusion.js';
import type { Picture } from '../../../../../src/protocol/view.js';
import { OcclusionState } from '../../../../../webview/panels/occlusion/state.js';

const PHOTO: Picture = { width: 10, height: 8, rgba: new ArrayBuffer(320) };
const SIZE = 4;

/** Four columns and three rows, two pixels apart; `probability` as far as it is computed. */
function sweep(...probability: readonly number[]): OcclusionView {
  const values = Float32Array.from({ length: 12 }, (_, at) => probability[at] ?? NaN);
  return {
    rows: 3,
    columns: 4,
    size: SIZE,
    stride: 2,
    classIndex: 1,
    baseline: 0.9,
    probability: values,
    label: new Int32Array(12).fill(1),
    activity: values.map((value) => value * 10),
    map: { layer: 'conv', channel: 5, baseline: 9 },
    finished: probability.length,
    nearest: Int32Array.from(values, (value, at) => (Number.isNaN(value) ? -1 : at)),
    legend: [{ classIndex: 1, share: 1 }],
  };
}

function swept(state: OcclusionState, view: OcclusionView): void {
  state.begin();
  state.clear(PHOTO, SIZE);
  state.show(view);
}

describe('the occluder', () => {
  it('goes where it takes most of the class away once the sweep ends, not before', () => {
    const state = new OcclusionState();
    swept(state, sweep(0.9, 0.8, 0.7, 0.6, 0.5, 0.1, 0.4));
    expect(state.place).toBeUndefined();
    expect(state.position).toBeUndefined();
    expect(state.end()).toBe(true);
    expect(state.place).toEqual({ top: 2, left: 2 });
    expect(state.position).toBe(5);
  });

  it('follows every further sweep as long as nobody has moved it', () => {
    const state = new OcclusionState();
    swept(state, sweep(0.1, 0.9));
    state.end();
    swept(state, sweep(0.9, 0.1));
    expect(state.place).toBeUndefined();
    state.end();
    expect(state.place).toEqual({ top: 0, left: 2 });
  });

  it('stays where the user put it, on whole pixels and on the photo', () => {
    const state = new OcclusionState();
    swept(state, sweep(0.1, 0.9));
    expect(state.move({ top: 2.4, left: 100 }, SIZE)).toBe(true);
    expect(state.place).toEqual({ top: 2, left: 6 });
    expect(state.move({ top: 2, left: 6 }, SIZE)).toBe(false);
    expect(state.end()).toBe(false);
    swept(state, sweep(0.1, 0.9));
    state.end();
    expect(state.place).toEqual({ top: 2, left: 6 });
  });

  it('comes back where it was left, moved in where the next square is larger', () => {
    const state = new OcclusionState({ top: 4, left: 6 });
    state.clear(PHOTO, 6);
    expect(state.place).toEqual({ top: 2, left: 4 });
    state.show(sweep(0.1));
    expect(state.end()).toBe(false);
  });

  it('stays nowhere where nothing was computed', () => {
    const state = new OcclusionState();
    expect(state.end()).toBe(false);
    swept(state, sweep());
    expect(state.end()).toBe(false);
    expect(state.place).toBeUndefined();
  });

  it('is pointed out at the nearest position between two', () => {
    const state = new OcclusionState();
    swept(state, sweep(0.5));
    state.move({ top: 3, left: 1 }, SIZE);
    // Half-way counts to the further one.
    expect(state.position).toBe(9);
    state.move({ top: 4, left: 6 }, SIZE);
    expect(state.position).toBe(11);
  });
});

describe('a sweep', () => {
  it('is the first of its results once', () => {
    const state = new OcclusionState();
    state.begin();
    state.clear(PHOTO, SIZE);
    expect(state.show(sweep(0.5))).toBe(true);
    expect(state.show(sweep(0.5, 0.4))).toBe(false);
    state.clear(PHOTO, SIZE);
    expect(state.view).toBeUndefined();
    expect(state.show(sweep(0.5))).toBe(true);
  });

  it('is current until the next one begins; what it has shown stays until the photo is there', () => {
    const state = new OcclusionState();
    const first = state.begin();
    state.clear(PHOTO, SIZE);
    state.show(sweep(0.5));
    state.projection = { picture: PHOTO, shape: [1, 1, 1, 1], values: new Float32Array(1), limit: 0 };
    const second = state.begin();
    expect(state.isCurrent(first)).toBe(false);
    expect(state.isCurrent(second)).toBe(true);
    expect(state.view?.finished).toBe(1);
    state.clear(PHOTO, SIZE);
    expect([state.view, state.projection]).toEqual([undefined, undefined]);
  });

  it('is saved as three planes: probability, activity, label', () => {
    const state = new OcclusionState();
    expect(state.numbers).toEqual({ shape: [3, 0, 0], values: new Float32Array() });
    swept(state, sweep(0.5, 0.25));
    const { shape, values } = state.numbers;
    expect(shape).toEqual([3, 3, 4]);
    expect([values[0], values[1], values[12], values[13], values[24]]).toEqual([0.5, 0.25, 5, 2.5, 1]);
    expect(values[2]).toBeNaN();
  });
});
