import { expect, it } from 'vitest';
import { choiceFor, isClipped, neighbour } from '../../../../../webview/panels/projection/unit.js';
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

it('says whether the border of the photo clips a receptive field', () => {
  const shape = [1, 3, 224, 112];
  const clipped = (receptiveField: number[] | undefined, window: number[]): boolean => {
    const [top = 0, left = 0, bottom = 0, right = 0] = window;
    return isClipped({ shape, receptiveField, window: { top, left, bottom, right } });
  };
  expect(clipped([11, 11], [0, 0, 11, 11])).toBe(false);
  expect(clipped([11, 11], [0, 50, 7, 61])).toBe(true);
  expect(clipped([11, 11], [216, 50, 224, 61])).toBe(true);
  expect(clipped([11, 11], [50, 0, 61, 9])).toBe(true);
  expect(clipped([11, 11], [50, 103, 61, 112])).toBe(true);
  expect(clipped([155, 155], [40, 0, 195, 112])).toBe(true);
  // A unit that sees less for another reason is not clipped.
  expect(clipped([11, 11], [50, 50, 60, 60])).toBe(false);
  expect(clipped(undefined, [0, 0, 7, 7])).toBe(false);
});
