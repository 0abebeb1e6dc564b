/** How wide the columns of the layer table are. Lengths are in CSS pixels. */

import type { ColumnKey } from './columns.js';

/** Widths that the user gave to columns. */
export type ChosenWidths = Readonly<Partial<Record<ColumnKey, number>>>;

export interface ColumnLayout {
  readonly widths: Readonly<Record<ColumnKey, number>>;
  /** Columns whose large numbers are rounded for want of room. */
  readonly rounded: ReadonlySet<ColumnKey>;
  /** Left out where there is no room for it: the number of a layer says least. */
  readonly isPlaceHidden: boolean;
  readonly total: number;
}

interface ColumnRoom {
  /** Enough for short values; numbers are rounded. */
  readonly least: number;
  /** Enough for every usual value in full. */
  readonly full: number;
}

/** In the order in which they get the room that is left once every column has its least. */
const ROOM: Readonly<Record<Exclude<ColumnKey, 'place' | 'name'>, ColumnRoom>> = {
  output: { least: 98, full: 98 },
  operator: { least: 72, full: 150 },
  parameters: { least: 62, full: 94 },
  multiplyAdds: { least: 76, full: 108 },
  receptiveField: { least: 78, full: 78 },
  stride: { least: 54, full: 58 },
};
const KEYS = Object.keys(ROOM) as (keyof typeof ROOM)[];

/** A column cannot be made narrower or wider than that. */
export const NARROWEST = 40;
export const WIDEST = 800;
/** What a key changes a width by. */
const STEP = 10;

/** The names leave this much of the table to the other columns, unless the user says otherwise. */
const MOST_FOR_NAMES = 0.55;
const LEAST_FOR_NAMES = 120;

/**
 * Names get what they need first, then the other columns their least, then in turn what they need to show every
 * number in full; what is left goes to the names and the operators.
 * @param available width of the table
 * @param needs of the columns that depend on the model
 * @param chosen widths that count whatever the room
 */
export function columnLayout(
  available: number,
  needs: { readonly place: number; readonly name: number },
  chosen: ChosenWidths,
): ColumnLayout {
  const mostForNames = Math.max(LEAST_FOR_NAMES, Math.floor(available * MOST_FOR_NAMES));
  const widths: Record<ColumnKey, number> = {
    place: chosen.place ?? needs.place,
    name: chosen.name ?? Math.min(needs.name, mostForNames),
    operator: chosen.operator ?? ROOM.operator.least,
    output: chosen.output ?? ROOM.output.least,
    parameters: chosen.parameters ?? ROOM.parameters.least,
    multiplyAdds: chosen.multiplyAdds ?? ROOM.multiplyAdds.least,
    receptiveField: chosen.receptiveField ?? ROOM.receptiveField.least,
    stride: chosen.stride ?? ROOM.stride.least,
  };
  const sum = (): number => Object.values(widths).reduce((total, width) => total + width, 0);
  const isPlaceHidden = sum() > available;
  if (isPlaceHidden) {
    widths.place = 0;
  }
  let left = Math.max(0, available - sum());
  const widen = (key: ColumnKey, by: number): void => {
    if (chosen[key] === undefined) {
      const share = Math.max(0, Math.min(left, Math.floor(by)));
      widths[key] += share;
      left -= share;
    }
  };
  for (const key of KEYS) {
    widen(key, ROOM[key].full - widths[key]);
  }
  widen('name', needs.name - widths.name);
  widen('operator', left / 2);
  widen('name', left / 2);
  widen('output', left / 3);
  widen('parameters', left / 2);
  widen('multiplyAdds', left);
  const rounded = KEYS.filter((key) => widths[key] < ROOM[key].full);
  return { widths, rounded: new Set(rounded), isPlaceHidden, total: sum() };
}

/** The widths with that of a column changed; null gives it back to the table. */
export function withWidth(widths: ChosenWidths, key: ColumnKey, width: number | null): ChosenWidths {
  const others = Object.entries(widths).filter(([each]) => each !== key);
  return Object.fromEntries(width === null ? others : [...others, [key, width]]);
}

/** The width that a drag or a key asks for, within what a column can have. */
export function allowedWidth(width: number): number {
  return Math.round(Math.max(NARROWEST, Math.min(WIDEST, width)));
}

/**
 * What a key does to the width of the column on whose head the focus is; null gives the width back to the table, undefined
 * stands for a key that does not resize.
 */
export function widthAfterKey(key: string, hasShift: boolean, width: number): number | null | undefined {
  switch (key) {
    case 'ArrowLeft':
      return hasShift ? allowedWidth(width - STEP) : undefined;
    case 'ArrowRight':
      return hasShift ? allowedWidth(width + STEP) : undefined;
    case 'Delete':
    case 'Backspace':
      return null;
    default:
      return undefined;
  }
}

/** The column whose title a key leads to from that of column `at`, of `count`; undefined for a key that leads nowhere. */
export function columnAfterKey(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
      return Math.max(0, at - 1);
    case 'ArrowRight':
      return Math.min(count - 1, at + 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}
