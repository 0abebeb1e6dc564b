import { expect, it } from 'vitest';
import { choiceFor, neighbour } from '../../../../../webview/panels/projection/unit.js';
import type { Chosen } from '../../../../../webview/panels/projection/unit.js';

const UNIT = { kind: 'unit', channel: 7, y: 2, x: 3 } as const;
const CHOSEN: Chosen = { layer: 'conv2', photo: 'panda', unit: UNIT };

it('keeps the unit on the same photo, its map on another one, nothing in another layer', () => {
  expect(choiceFor(CHOSEN, 'conv2', 'panda')).toEqual(UNIT);
  expect(choiceFor(CHOSEN, 'conv2', 'pyramid')).toEqual({ kind: 'strongestOfMap', channel: 7 });
  expect(choiceFor(CHOSEN, 'conv3', 'panda')).toEqual({ kind: 'strongest' });
  expect(choiceFor(undefined, 'conv2', 'panda')).toEqual({ kind: 'strongest' });
});

it('moves by arrow keys within the map', () => {
  const unit = { channel: 7, y: 0, x: 3 };
  const map = { height: 4, width: 4 };
  expect(neighbour(unit, 'ArrowDown', map)).toEqual({ channel: 7, y: 1, x: 3 });
  expect(neighbour(unit, 'ArrowLeft', map)).toEqual({ channel: 7, y: 0, x: 2 });
  expect(neighbour(unit, 'ArrowUp', map)).toBeUndefined();
  expect(neighbour(unit, 'ArrowRight', map)).toBeUndefined();
  expect(neighbour(unit, 'Enter', map)).toBeUndefined();
});
