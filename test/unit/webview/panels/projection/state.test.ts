import { describe, expect, it } from 'vitest';

import type { ProjectionView } from '../../../../../src/protocol/panels/projection.js';
import { ProjectionState } from '../../../../../webview/panels/projection/state.js';

const PANDA = { layer: 'conv2', photo: 'panda' };

/** A projection of the unit (0, 0) of a map; the strongest maps are 4, 9 and 2. */
function shown(state: ProjectionState, channel: number, side = 3): ProjectionState {
  const view: ProjectionView = {
    ...state.view,
    layer: 'conv2',
    unit: { channel, y: 0, x: 0 },
    strongest: [4, 9, 2].map((each, at) => ({ channel: each, activation: 10 - at })),
    map: { height: side, width: side, values: new Float32Array(side * side) },
  };
  state.view = view;
  return state;
}

describe('the unit that is projected', () => {
  it('is the strongest until one is chosen, and again once the choice failed', () => {
    const state = new ProjectionState(undefined);
    expect(state.unitFor(PANDA)).toEqual({ kind: 'strongest' });
    const chosen = state.choose({ kind: 'unit', channel: 3, y: 1, x: 2 }, PANDA);
    expect(chosen).toEqual({ ...PANDA, unit: { kind: 'unit', channel: 3, y: 1, x: 2 } });
    expect(state.unitFor(PANDA)).toEqual(chosen.unit);
    state.forget();
    expect(state.unitFor(PANDA)).toEqual({ kind: 'strongest' });
  });

  it('comes back after a reload', () => {
    const unit = { kind: 'strongestOfMap', channel: 5 } as const;
    expect(new ProjectionState({ ...PANDA, unit }).unitFor(PANDA)).toEqual(unit);
  });

  it('moves from the unit on its way, not from the one that is still shown', () => {
    const state = shown(new ProjectionState(undefined), 4);
    expect(state.unitAfter('ArrowRight', 'conv2')).toEqual({ channel: 4, y: 0, x: 1 });
    state.choose({ kind: 'unit', channel: 4, y: 0, x: 1 }, PANDA);
    expect(state.unitAfter('ArrowRight', 'conv2')).toEqual({ channel: 4, y: 0, x: 2 });
    expect(state.unitAfter('ArrowUp', 'conv2')).toBeUndefined();
  });

  it('moves from the shown one where the choice was for another layer, or for no single unit', () => {
    const state = shown(new ProjectionState(undefined), 4);
    state.choose({ kind: 'unit', channel: 7, y: 2, x: 2 }, { layer: 'conv1', photo: 'panda' });
    expect(state.unitAfter('ArrowDown', 'conv2')).toEqual({ channel: 4, y: 1, x: 0 });
    state.choose({ kind: 'strongestOfMap', channel: 7 }, PANDA);
    expect(state.unitAfter('ArrowDown', 'conv2')).toEqual({ channel: 4, y: 1, x: 0 });
  });
});

describe('the strongest maps', () => {
  it.each([
    [4, 0, undefined, 9],
    [9, 1, 4, 2],
    [2, 2, 9, undefined],
  ])('map %i has rank %i, %s before and %s behind it', (channel, rank, stronger, weaker) => {
    const state = shown(new ProjectionState(undefined), channel);
    expect([state.rank, state.mapAfter(-1), state.mapAfter(1)]).toEqual([rank, stronger, weaker]);
  });

  it('are entered at the strongest from a map that is none of them', () => {
    const state = shown(new ProjectionState(undefined), 30);
    expect([state.rank, state.mapAfter(-1), state.mapAfter(1)]).toEqual([undefined, 4, 4]);
  });

  it('lead nowhere where there are none', () => {
    const state = new ProjectionState(undefined);
    expect([state.rank, state.mapAfter(1)]).toEqual([undefined, undefined]);
  });
});

it('knows a layer without maps', () => {
  expect(shown(new ProjectionState(undefined), 4, 1).isSingleUnit).toBe(true);
  expect(shown(new ProjectionState(undefined), 4, 3).isSingleUnit).toBe(false);
});
