/**
 * Bundles of lines: where a box is read by many that read each other, as in a dense block, the line to the last of them
 * passes the others, and theirs can branch off from it.
 */

export type Line = readonly [from: number, to: number];

/**
 * For each line, the index of the line that it runs along: its own, or that of a line from the same box to one below
 * its end. Without the lines that run along others every box still has to be below those it reads.
 * @param count of boxes
 * @param lines in no circle
 */
export function trunksOf(count: number, lines: readonly Line[]): number[] {
  const leaving = leavingOf(count, lines);
  const targetOf = (place: number): number => lines[place]?.[1] ?? 0;
  const order = downwards(count, lines, leaving);
  const heights = new Uint32Array(count);
  const below = Array.from({ length: count }, () => new Uint32Array(Math.ceil(count / 32)));
  const isBelow = (box: number, upper: number): boolean =>
    (((below[upper]?.[box >>> 5] ?? 0) >>> (box & 31)) & 1) === 1;
  for (const box of order.toReversed()) {
    const reached = below[box];
    for (const target of (leaving[box] ?? []).map(targetOf)) {
      heights[box] = Math.max(heights[box] ?? 0, 1 + (heights[target] ?? 0));
      below[target]?.forEach((bits, word) => {
        if (reached !== undefined) {
          reached[word] = (reached[word] ?? 0) | bits;
        }
      });
      if (reached !== undefined) {
        reached[target >>> 5] = (reached[target >>> 5] ?? 0) | (1 << (target & 31));
      }
    }
  }
  const trunks = [...lines.keys()];
  for (const list of leaving) {
    const [trunk, ...others] = [...list].sort(
      (a, b) => (heights[targetOf(a)] ?? 0) - (heights[targetOf(b)] ?? 0),
    );
    for (const other of others) {
      const target = targetOf(other);
      const isPassed = trunk !== undefined && isBelow(targetOf(trunk), target);
      if (isPassed && list.some((each) => each !== other && isBelow(target, targetOf(each)))) {
        trunks[other] = trunk;
      }
    }
  }
  return trunks;
}

/** For each box, the indices of the lines that leave it. */
function leavingOf(count: number, lines: readonly Line[]): readonly (readonly number[])[] {
  const leaving: number[][] = Array.from({ length: count }, () => []);
  lines.forEach(([from], place) => leaving[from]?.push(place));
  return leaving;
}

/** Boxes so that each comes before those that read it. */
export function downwards(
  count: number,
  lines: readonly Line[],
  leaving = leavingOf(count, lines),
): readonly number[] {
  const waiting = new Uint32Array(count);
  lines.forEach(([, to]) => {
    waiting[to] = (waiting[to] ?? 0) + 1;
  });
  const order = [...waiting.keys()].filter((box) => waiting[box] === 0);
  for (const box of order) {
    for (const place of leaving[box] ?? []) {
      const target = lines[place]?.[1] ?? 0;
      const left = (waiting[target] ?? 0) - 1;
      waiting[target] = left;
      if (left === 0) {
        order.push(target);
      }
    }
  }
  return order;
}
