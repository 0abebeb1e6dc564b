/** Where occluders are on the photo. All lengths are in pixels of the network's input. */

import type { OcclusionView } from '../../../src/protocol/panels/occlusion.js';
import type { Rectangle } from '../../common/rectangle.js';

export type Grid = Pick<OcclusionView, 'rows' | 'columns' | 'size' | 'stride'>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Top-left corner of an occluder. */
export interface Place {
  readonly top: number;
  readonly left: number;
}

/** The occluder of 32 and step of 8 pixels that suit an input of 227, in the same proportion for other inputs. */
export function defaultSweep({ width, height }: Size): { size: number; stride: number } {
  const side = Math.min(width, height);
  return { size: Math.max(1, Math.round(side / 7)), stride: Math.max(1, Math.round(side / 28)) };
}

/** Where the occluder is for a position of the grid. */
export function placeOf({ columns, stride }: Grid, position: number): Place {
  return { top: Math.floor(position / columns) * stride, left: (position % columns) * stride };
}

/** What stands for a position in a heatmap over the photo: a cell of the step's size in the occluder's middle. */
export function cellBox(grid: Grid, position: number): Rectangle {
  const { top, left } = placeOf(grid, position);
  const inset = (grid.size - grid.stride) / 2;
  return { top: top + inset, left: left + inset, width: grid.stride, height: grid.stride };
}

/** The whole of the cells. */
export function cellsBox({ rows, columns, size, stride }: Grid): Rectangle {
  const inset = (size - stride) / 2;
  return { top: inset, left: inset, width: columns * stride, height: rows * stride };
}

/** The position whose cell is nearest to a point of the photo. */
export function positionAt(grid: Grid, x: number, y: number): number {
  const { rows, columns, size, stride } = grid;
  const nearest = (at: number, count: number): number =>
    Math.max(0, Math.min(count - 1, Math.round((at - size / 2) / stride)));
  return nearest(y, rows) * columns + nearest(x, columns);
}

/** The position nearest to an occluder that may be anywhere. */
export function nearestPosition(grid: Grid, { top, left }: Place): number {
  return positionAt(grid, left + grid.size / 2, top + grid.size / 2);
}

/** The place moved so that the whole occluder is on the photo, at whole pixels. */
export function inside({ top, left }: Place, size: number, { width, height }: Size): Place {
  const within = (at: number, most: number): number => Math.max(0, Math.min(most, Math.round(at)));
  return { top: within(top, height - size), left: within(left, width - size) };
}

/** How far a key moves: an arrow by one, Page Up and Page Down by ten rows; undefined for other keys. */
export function moveOf(key: string): { readonly down: number; readonly right: number } | undefined {
  return MOVES.get(key);
}

const MOVES: ReadonlyMap<string, { readonly down: number; readonly right: number }> = new Map([
  ['ArrowUp', { down: -1, right: 0 }],
  ['ArrowDown', { down: 1, right: 0 }],
  ['ArrowLeft', { down: 0, right: -1 }],
  ['ArrowRight', { down: 0, right: 1 }],
  ['PageUp', { down: -10, right: 0 }],
  ['PageDown', { down: 10, right: 0 }],
]);

/** The position that a key leads to, within the grid; undefined for other keys. */
export function moved({ rows, columns }: Grid, position: number, key: string): number | undefined {
  if (key === 'Home' || key === 'End') {
    return key === 'Home' ? 0 : rows * columns - 1;
  }
  const move = moveOf(key);
  if (move === undefined) {
    return undefined;
  }
  const row = Math.max(0, Math.min(rows - 1, Math.floor(position / columns) + move.down));
  const column = Math.max(0, Math.min(columns - 1, (position % columns) + move.right));
  return row * columns + column;
}
