/** What two models make of the same photos: whether they agree, which is right more often, and whether that can be chance. */

import { erf } from '../../activations/errorFunction.js';
import type { PhotoComparison } from './comparison.js';

export function isFlipped({ a, b }: Pick<PhotoComparison, 'a' | 'b'>): boolean {
  return a?.index !== b?.index;
}

/** How often each is right about photos whose class is known. */
export interface Accuracies {
  /** Photos whose class is known. */
  readonly photos: number;
  /** Of these, the share that each is right about, 0 to 1. */
  readonly a: number;
  readonly b: number;
  /** Photos that one alone is right about. */
  readonly onlyA: number;
  readonly onlyB: number;
  /** Of models that are equally good, how likely so unequal numbers of such photos are. */
  readonly mcNemar: McNemar;
}

/** Undefined where no photo's class is known. */
export function accuraciesOf(photos: readonly PhotoComparison[]): Accuracies | undefined {
  const known = photos.filter(({ classIndex }) => classIndex !== undefined);
  if (known.length === 0) {
    return undefined;
  }
  const count = (isCounted: (rightA: boolean, rightB: boolean) => boolean): number =>
    known.filter(({ a, b, classIndex }) => isCounted(a?.index === classIndex, b?.index === classIndex))
      .length;
  const [onlyA, onlyB] = [count((a, b) => a && !b), count((a, b) => b && !a)];
  return {
    photos: known.length,
    a: count((a) => a) / known.length,
    b: count((_, b) => b) / known.length,
    ...{ onlyA, onlyB },
    mcNemar: mcNemarTest(onlyA, onlyB),
  };
}

export interface McNemar {
  /** Two-sided. */
  readonly p: number;
  readonly method: 'exact' | 'chi-square';
}

/** Fewer are counted out exactly. */
const FEW = 25;

/**
 * McNemar's test (1947): the exact binomial one for few photos, else chi-square with the continuity correction of Edwards
 * (1948).
 * @param onlyA photos that the first alone is right about
 */
export function mcNemarTest(onlyA: number, onlyB: number): McNemar {
  const all = onlyA + onlyB;
  if (all >= FEW) {
    const chi = Math.max(0, Math.abs(onlyA - onlyB) - 1) ** 2 / all;
    return { p: 1 - erf(Math.sqrt(chi / 2)), method: 'chi-square' };
  }
  let [ways, sum] = [1, 0];
  for (let each = 0; each <= Math.min(onlyA, onlyB); each++) {
    sum += ways;
    ways *= (all - each) / (each + 1);
  }
  return { p: Math.min(1, (2 * sum) / 2 ** all), method: 'exact' };
}
