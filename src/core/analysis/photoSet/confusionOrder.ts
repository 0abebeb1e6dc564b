/** An order of classes in which those that are taken for each other stand beside each other. */

import type { Confusion } from './evaluationMeasures.js';

/**
 * Average linkage clustering (Sokal & Michener 1958) by the nearest-neighbour chain, of the distance 1 - (p + q) / 2, p and q
 * being the shares of each class's photos that are taken for the other one. Of the ways to join two groups that is taken
 * in which the classes that come to stand beside each other are the nearest.
 * @param confusions not empty cells of the matrix
 * @returns classes that have photos or are predicted
 */
export function confusionOrder(confusions: readonly Confusion[]): readonly number[] {
  const classes = [...new Set(confusions.flatMap(({ actual, predicted }) => [actual, predicted]))].sort(
    (a, b) => a - b,
  );
  const distance = distances(confusions, classes);
  const count = classes.length;
  const near = Float64Array.from(distance);
  const groups: (readonly number[] | undefined)[] = classes.map((_, place) => [place]);
  const chain: number[] = [];
  for (let left = count; left > 1; left--) {
    if (chain.length === 0) {
      chain.push(groups.findIndex((group) => group !== undefined));
    }
    for (;;) {
      const [before, last = 0] = [chain.at(-2), chain.at(-1)];
      const next = nearest(near, groups, last, before);
      if (next === before) {
        break;
      }
      chain.push(next);
    }
    const [second = 0, first = 0] = [chain.pop(), chain.pop()];
    join(near, groups, Math.min(first, second), Math.max(first, second), distance);
  }
  return (groups.find((group) => group !== undefined) ?? []).map((place) => classes[place] ?? -1);
}

/** [classes, classes] */
function distances(confusions: readonly Confusion[], classes: readonly number[]): Float64Array {
  const count = classes.length;
  const places = new Map(classes.map((index, place) => [index, place]));
  const photos = new Map<number, number>();
  confusions.forEach((cell) => photos.set(cell.actual, (photos.get(cell.actual) ?? 0) + cell.photos));
  const distance = new Float64Array(count * count).fill(1);
  for (const cell of confusions) {
    const [row = 0, column = 0] = [places.get(cell.actual), places.get(cell.predicted)];
    if (row !== column) {
      const share = cell.photos / (photos.get(cell.actual) ?? 1) / 2;
      distance[row * count + column] = (distance[row * count + column] ?? 1) - share;
      distance[column * count + row] = (distance[column * count + row] ?? 1) - share;
    }
  }
  return distance;
}

type Groups = (readonly number[] | undefined)[];

/** The group nearest to `of`; of equal ones `preferred`, or the chain would not end, else the first. */
function nearest(near: Float64Array, groups: Groups, of: number, preferred: number | undefined): number {
  let best = preferred ?? -1;
  groups.forEach((group, other) => {
    if (group !== undefined && other !== of) {
      const to = near[of * groups.length + other] ?? Infinity;
      if (best < 0 || to < (near[of * groups.length + best] ?? Infinity)) {
        best = other;
      }
    }
  });
  return best;
}

/** Puts group `b` to group `a`. @param distance of single classes */
function join(near: Float64Array, groups: Groups, a: number, b: number, distance: Float64Array): void {
  const count = groups.length;
  const [first, second] = [groups[a] ?? [], groups[b] ?? []];
  groups.forEach((group, other) => {
    if (group !== undefined && other !== a && other !== b) {
      const [toFirst, toSecond] = [near[a * count + other] ?? 1, near[b * count + other] ?? 1];
      const mean = (first.length * toFirst + second.length * toSecond) / (first.length + second.length);
      near[a * count + other] = mean;
      near[other * count + a] = mean;
    }
  });
  groups[a] = joined(first, second, (one, other) => distance[one * count + other] ?? 1);
  groups[b] = undefined;
}

/** One behind the other, either turned round. */
function joined(
  first: readonly number[],
  second: readonly number[],
  distance: (one: number, other: number) => number,
): readonly number[] {
  const ways = [first, first.toReversed()].flatMap((left) =>
    [second, second.toReversed()].map((right) => ({
      order: [...left, ...right],
      seam: distance(left.at(-1) ?? 0, right[0] ?? 0),
    })),
  );
  return ways.reduce((best, way) => (way.seam < best.seam ? way : best)).order;
}
