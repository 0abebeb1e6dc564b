import { expect, it } from 'vitest';
import {
  cellBox,
  cellsBox,
  defaultSweep,
  inside,
  moved,
  nearestPosition,
  placeOf,
  positionAt,
} from '../../../../../webview/panels/occlusion/geometry.js';

/** A 32-pixel occluder every 8 pixels over 227 pixels. */
const GRID = { rows: 25, columns: 25, size: 32, stride: 8 };

it('takes 32 and 8 pixels on an input of 227, and the same proportion elsewhere', () => {
  expect(defaultSweep({ width: 227, height: 227 })).toEqual({ size: 32, stride: 8 });
  expect(defaultSweep({ width: 224, height: 448 })).toEqual({ size: 32, stride: 8 });
  expect(defaultSweep({ width: 5, height: 5 })).toEqual({ size: 1, stride: 1 });
});

it('finds each position again in the middle of its cell and of its occluder', () => {
  for (let position = 0; position < GRID.rows * GRID.columns; position++) {
    const { left, top, width, height } = cellBox(GRID, position);
    expect(positionAt(GRID, left + width / 2, top + height / 2)).toBe(position);
    expect(nearestPosition(GRID, placeOf(GRID, position))).toBe(position);
  }
});

it('puts the cells into the middle of the occluders, one beside the other', () => {
  expect(cellBox(GRID, 0)).toEqual({ left: 12, top: 12, width: 8, height: 8 });
  expect(cellBox(GRID, 26)).toEqual({ left: 20, top: 20, width: 8, height: 8 });
  expect(cellsBox(GRID)).toEqual({ left: 12, top: 12, width: 200, height: 200 });
});

it('leads a point outside the cells to the nearest one', () => {
  expect(positionAt(GRID, -5, -5)).toBe(0);
  expect(positionAt(GRID, 227, 0)).toBe(24);
  expect(positionAt(GRID, 227, 227)).toBe(624);
});

it('keeps the occluder on the photo, at whole pixels', () => {
  const photo = { width: 227, height: 100 };
  expect(inside({ top: -3, left: 400 }, 32, photo)).toEqual({ top: 0, left: 195 });
  expect(inside({ top: 12.4, left: 12.6 }, 32, photo)).toEqual({ top: 12, left: 13 });
});

it('moves by keys, and stops at the border', () => {
  expect(moved(GRID, 0, 'ArrowRight')).toBe(1);
  expect(moved(GRID, 0, 'ArrowDown')).toBe(25);
  expect(moved(GRID, 0, 'ArrowUp')).toBe(0);
  expect(moved(GRID, 24, 'ArrowRight')).toBe(24);
  expect(moved(GRID, 0, 'PageDown')).toBe(250);
  expect(moved(GRID, 7, 'End')).toBe(624);
  expect(moved(GRID, 7, 'Home')).toBe(0);
  expect(moved(GRID, 7, 'Tab')).toBeUndefined();
});
