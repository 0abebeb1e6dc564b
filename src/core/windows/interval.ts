/** Intervals of rows or columns, and how they spread through windows that slide. */

/** Indices from `start` up to, but without, `end`; empty where both are equal. */
export interface Interval {
  readonly start: number;
  readonly end: number;
}

/** Output i reads the input from i * step + first to i * step + last, both included. */
export interface Slide {
  readonly step: number;
  readonly first: number;
  readonly last: number;
}

/** True where every output reads what lies at its own place. */
export const isStill = ({ step, first, last }: Slide): boolean => step === 1 && first === 0 && last === 0;

/** The outputs, of `size`, that read anything of `changed`. */
export function affected(changed: Interval, { step, first, last }: Slide, size: number): Interval {
  const clip = (index: number): number => Math.min(Math.max(index, 0), size);
  const start = clip(Math.ceil((changed.start - last) / step));
  const end = clip(Math.floor((changed.end - 1 - first) / step) + 1);
  return changed.start === changed.end || end <= start ? { start, end: start } : { start, end };
}

/** Everything that the outputs of an interval read; it may reach beyond the input. */
export function readBy({ start, end }: Interval, { step, first, last }: Slide): Interval {
  return { start: start * step + first, end: (end - 1) * step + last + 1 };
}

/** The smallest interval that holds both; an empty one adds nothing. */
export function hull(a: Interval, b: Interval): Interval {
  if (a.start === a.end) {
    return b;
  }
  return b.start === b.end ? a : { start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

export const lengthOf = ({ start, end }: Interval): number => end - start;

/** An interval of exactly `length` that holds `inner` and lies in a tensor of `size`: moved inwards at its end. */
export function fitted(inner: Interval, length: number, size: number): Interval {
  const start = Math.max(0, Math.min(inner.start, size - length));
  return { start, end: start + length };
}
