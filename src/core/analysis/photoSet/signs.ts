/** Signs of many numbers in two bits each, and how many of two vectors of them differ. */

export interface Signs {
  /** How many there are. */
  readonly length: number;
  /** A bit for each that is not zero, then, from the middle on, a bit for each that is positive. */
  readonly planes: Uint32Array;
}

/** Words of the planes of so many signs. */
export function wordsOf(length: number): number {
  return 2 * Math.ceil(length / 32);
}

/** @param signs -1, 0 or 1 each */
export function packedSigns(signs: Int8Array): Signs {
  const planes = new Uint32Array(wordsOf(signs.length));
  const positive = planes.length / 2;
  signs.forEach((sign, place) => {
    const [word, bit] = [place >> 5, 1 << (place & 31)];
    if (sign !== 0) {
      planes[word] = (planes[word] ?? 0) | bit;
    }
    if (sign > 0) {
      planes[positive + word] = (planes[positive + word] ?? 0) | bit;
    }
  });
  return { length: signs.length, planes };
}

/** The Hamming distance: how many signs are not equal, of -1, 0 and 1 each. */
export function differingSigns({ planes: a }: Signs, { planes: b }: Signs): number {
  const positive = a.length / 2;
  let differing = 0;
  for (let word = 0; word < positive; word++) {
    const byZero = (a[word] ?? 0) ^ (b[word] ?? 0);
    const bySide = (a[positive + word] ?? 0) ^ (b[positive + word] ?? 0);
    differing += bitsOf(byZero | bySide);
  }
  return differing;
}

/** How many are zero. */
export function zeroSigns({ length, planes }: Signs): number {
  return planes.subarray(0, planes.length / 2).reduce((zeros, word) => zeros - bitsOf(word), length);
}

/** Bits of a word that are set, added up in pairs, fours and bytes. */
function bitsOf(word: number): number {
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
