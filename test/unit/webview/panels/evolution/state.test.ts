import { expect, it } from 'vitest';

import type { EvolutionOffer, EvolvedLayer } from '../../../../../src/protocol/panels/evolution.js';
import { EvolutionState, mapsIn } from '../../../../../webview/panels/evolution/state.js';
import type { Kept } from '../../../../../webview/panels/evolution/state.js';

const OFFER: EvolutionOffer = {
  folder: '/runs/a b',
  problem: null,
  checkpoints: [1, 2, 5].map((epoch) => ({ name: `epoch-${epoch}`, epoch })),
  leftOut: [],
  sets: [{ root: '/photos', name: 'photos' }],
};

function stateOf(kept: Partial<Kept> = {}, offer: Partial<EvolutionOffer> = {}): EvolutionState {
  const state = new EvolutionState(kept);
  state.offer = { ...OFFER, ...offer };
  return state;
}

it('shows kernels alone while there are no photos, and says the command that does the same', () => {
  const state = stateOf({ set: '/gone' });
  expect(state.choice).toEqual({ set: null, kind: 'kernels', layer: null, maps: null });
  expect(state.command).toEqual(['unpool', 'evolution', '/runs/a b', '--out', 'evolution.png']);
  state.choose({ set: '/photos' });
  expect(state.choice.kind).toBe('projections');
  state.choose({ layer: 'relu5' });
  state.choose({ maps: [3, 17] });
  expect(state.command.slice(2)).toEqual([
    ...['/runs/a b', '/photos', '--layer', 'relu5', '--maps', '3,17', '--out', 'evolution.png'],
  ]);
  expect(stateOf({}, { problem: 'one file' }).command).toEqual([]);
});

it('has a layer for each kind, and maps of one layer alone', () => {
  const state = stateOf({ set: '/photos' });
  state.choose({ layer: 'relu5' });
  state.choose({ maps: [3] });
  state.choose({ kind: 'kernels' });
  expect(state.choice).toMatchObject({ kind: 'kernels', layer: null, maps: null });
  state.choose({ layer: 'conv2' });
  state.choose({ kind: 'projections' });
  expect(state.choice).toMatchObject({ layer: 'relu5', maps: null });
  expect(state.choose({ maps: [4] })).toMatchObject({
    ...{ set: '/photos', kind: 'projections', maps: [4] },
    layers: { projections: 'relu5', kernels: 'conv2' },
  });
});

it('looks at the last checkpoint until another is chosen, and plays to the end', () => {
  const state = stateOf();
  expect([state.place, state.next]).toEqual([2, undefined]);
  state.look(0);
  expect([state.place, state.next]).toEqual([0, 1]);
  state.look(7);
  expect(state.place).toBe(2);
});

it('takes what comes in parts, and forgets it where another time line begins', () => {
  const layer = (name: string): EvolvedLayer => ({
    ...{ layer: name, norm: 1, step: null, maps: null, dead: null, mean: null },
  });
  const state = stateOf();
  const layers = Array.from({ length: 20 }, (_, place) => layer(`conv${place}`));
  state.take({ kind: 'row', row: { place: 1, layers, accuracy: 0.5 } });
  state.take({
    kind: 'wall',
    wall: { kind: 'projections', layer: 'relu5', maps: [4, 2], chosenBy: 'strength' },
  });
  state.take({ kind: 'tiles', place: 1, tiles: [{ kind: 'silent', map: 2 }] });
  expect(state.rows[1]?.accuracy).toBe(0.5);
  expect(state.tile(1, 2)).toEqual({ kind: 'silent', map: 2 });
  expect([state.tile(0, 2), state.tile(1, 4)]).toEqual([undefined, undefined]);
  expect(state.layers(4)).toEqual(['conv0', 'conv6', 'conv13', 'conv19']);
  expect(state.layers(20)).toHaveLength(20);
  state.begin();
  expect([state.rows.length, state.wall, state.hasTiles]).toEqual([0, undefined, false]);
});

it('reads numbers of maps as people write them', () => {
  expect(mapsIn(' 3, 17 4')).toEqual([3, 17, 4]);
  expect(mapsIn(' ')).toBeNull();
  expect([mapsIn('3, x'), mapsIn('3, 3'), mapsIn('-1')]).toEqual([undefined, undefined, undefined]);
});
