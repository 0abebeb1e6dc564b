/** Items by a number, largest first; what is no number comes last. Equal ones are in the order of their indices. */
export function largestFirst(items: readonly number[], key: (item: number) => number): number[] {
  const keys = new Map(items.map((item) => [item, key(item)]));
  return [...items].sort((a, b) => descending(keys.get(a) ?? NaN, keys.get(b) ?? NaN) || a - b);
}

function descending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) {
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }
  return b > a ? 1 : b < a ? -1 : 0;
}
