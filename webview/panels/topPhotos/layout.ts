/** Where a map's pictures stand in its tile: projections on the left, on the right the patches, rank by rank. */

/** Between pictures, and between both halves, in pixels of the screen's own. */
const GAP = 2;
const BETWEEN = 6;

export type Half = 'projection' | 'patch';

export interface Cell {
  readonly left: number;
  readonly top: number;
  readonly side: number;
}

/** Pictures in a row of a half. */
export function columnsFor(count: number): number {
  return Math.max(1, Math.ceil(Math.sqrt(count)));
}

/** Side of a picture in a tile of that height, for halves of `count` pictures. */
export function cellSide(height: number, count: number): number {
  const columns = columnsFor(count);
  return Math.max(1, Math.floor((height - (columns - 1) * GAP) / columns));
}

/** Width and height of what a tile shows, where pictures have that side. */
export function sheetSize(side: number, count: number): { width: number; height: number } {
  const columns = columnsFor(count);
  const half = columns * side + (columns - 1) * GAP;
  return { width: 2 * half + BETWEEN, height: Math.ceil(count / columns) * (side + GAP) - GAP };
}

/** @param rank from 1 */
export function cellOf(half: Half, rank: number, side: number, count: number): Cell {
  const columns = columnsFor(count);
  const [row, column] = [Math.floor((rank - 1) / columns), (rank - 1) % columns];
  const start = half === 'projection' ? 0 : columns * (side + GAP) - GAP + BETWEEN;
  return { left: start + column * (side + GAP), top: row * (side + GAP), side };
}

/** The rank of the picture at a place of the tile, as shares of its width and height. */
export function rankAt({ x, y }: { readonly x: number; readonly y: number }, count: number): number {
  const columns = columnsFor(count);
  const rows = Math.ceil(count / columns);
  const within = (share: number, most: number): number =>
    Math.max(0, Math.min(most - 1, Math.floor(share * most)));
  const column = within((x * 2) % 1, columns);
  return Math.min(count, within(y, rows) * columns + column + 1);
}

/**
 * Where a picture of what a unit sees goes in its cell: in the middle, at the scale at which the largest window fills the
 * cell, a whole number where pixels are enlarged to squares that one can see.
 * @param field side of the largest window, in the input's pixels
 */
export function placeIn(
  { left, top, side }: Cell,
  { width, height }: { readonly width: number; readonly height: number },
  field: number,
): { left: number; top: number; width: number; height: number; isSmooth: boolean } {
  const exact = side / Math.max(1, field);
  const isSmooth = exact < SQUARES_FROM;
  const scale = isSmooth ? exact : Math.floor(exact);
  const [across, down] = [width, height].map((length) => Math.max(1, Math.round(length * scale))) as [
    number,
    number,
  ];
  return {
    left: left + Math.round((side - across) / 2),
    top: top + Math.round((side - down) / 2),
    width: across,
    height: down,
    isSmooth,
  };
}

const SQUARES_FROM = 3;
