/** What the dots of the map are coloured by, and which of them are shown. */

import type { SetPhotos } from './setPhotos.js';

export type ColourBy = 'label' | 'error' | 'activation';

/** Photos that have something in common. */
export interface Group {
  /** Label, or `right`, `wrong`, `unknown`; undefined for photos without a label. */
  readonly name: string | undefined;
  readonly count: number;
}

export interface Groups {
  /** Those with the most photos first; of errors the wrong ones. */
  readonly groups: readonly Group[];
  /** The group of each photo. */
  readonly groupOf: Int32Array;
}

export function labelGroups(photos: SetPhotos): Groups {
  return grouped(
    photos,
    (place) => photos.label(place),
    ([, a], [, b]) => b - a,
  );
}

const ORDER: readonly (string | undefined)[] = ['wrong', 'right', 'unknown'];

export function errorGroups(photos: SetPhotos): Groups {
  return grouped(
    photos,
    (place) => photos.answer(place),
    ([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b),
  );
}

type Counted = readonly [name: string | undefined, count: number];

function grouped(
  photos: SetPhotos,
  nameOf: (place: number) => string | undefined,
  compare: (a: Counted, b: Counted) => number,
): Groups {
  const counts = new Map<string | undefined, number>();
  const names = Array.from({ length: photos.count }, (_, place) => nameOf(place));
  names.forEach((name) => counts.set(name, (counts.get(name) ?? 0) + 1));
  const sorted = [...counts].sort((a, b) => compare(a, b) || ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
  const places = new Map(sorted.map(([name], at) => [name, at]));
  return {
    groups: sorted.map(([name, count]) => ({ name, count })),
    groupOf: Int32Array.from(names, (name) => places.get(name) ?? -1),
  };
}

/** Colours that are told apart at once. */
export const GROUP_COLOURS = 8;
/** The colour of groups that have none of their own. */
export const PLAIN = GROUP_COLOURS;

/**
 * The colour of each group: of those chosen, or of the largest where none is, the first ones have colours of their own.
 * @param chosen groups by their places
 */
export function coloursOf({ groups }: Groups, chosen: ReadonlySet<number>): Uint8Array {
  const colours = new Uint8Array(groups.length).fill(PLAIN);
  let next = 0;
  groups.forEach(({ name }, at) => {
    if (next < GROUP_COLOURS && (chosen.size === 0 ? name !== undefined : chosen.has(at))) {
      colours[at] = next++;
    }
  });
  return colours;
}

/** The colours of right and wrong answers: the wrong ones lie on top. */
const RIGHT = 0;
export const WRONG = 1;

export function errorColours({ groups }: Groups): Uint8Array {
  return Uint8Array.from(groups, ({ name }) => (name === 'wrong' ? WRONG : name === 'right' ? RIGHT : PLAIN));
}
