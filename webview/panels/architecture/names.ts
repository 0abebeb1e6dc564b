/** How the layer table shows names that are longer than their column. */

/** A name in two parts: the first gives way where there is little room, the last stays. */
export interface NameParts {
  readonly start: string;
  readonly end: string;
}

/** Letters of a name's end that stay at most, so that the end never fills a narrow column alone. */
const LONGEST_END = 14;

/** Letters that a column makes room for at most, however long its names are. */
const WIDEST = 28;

/**
 * Cuts a name so that what tells it from its neighbours stays: the last steps of a path such as
 * `features.1.0.block.2` that fit, or its last letters where one step is longer than that.
 */
export function nameParts(name: string): NameParts {
  const steps = [...name.matchAll(/[./_]/g)].map(({ index }) => index);
  const from = steps.find((step) => step > 0 && name.length - step <= LONGEST_END);
  const cut = from ?? Math.max(0, name.length - LONGEST_END);
  return { start: name.slice(0, cut), end: name.slice(cut) };
}

/** Letters that the column of names makes room for: those of the longest name, within bounds. */
export function lettersOf(names: readonly string[]): number {
  return Math.min(
    WIDEST,
    names.reduce((longest, { length }) => Math.max(longest, length), 8),
  );
}
