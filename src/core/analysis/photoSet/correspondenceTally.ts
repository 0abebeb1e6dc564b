/** Adds up, photo by photo, how consistently covered parts change a network's features. */

import { UserError } from '../../errors.js';
import { differingSigns, zeroSigns } from './signs.js';
import type { Signs } from './signs.js';

/** A rectangle of a photo: where a part is, or where a draw of the part's size falls. */
export interface Cell {
  readonly part: string;
  /** Undefined for the part itself. */
  readonly draw: number | undefined;
}

/** What covering a part does to the features of one layer. */
export interface Consistency {
  /** Pairs of photos, over all draws. */
  readonly pairs: number;
  /**
   * Mean over the pairs of the share of features whose differences have signs that are not equal, of -1, 0 and 1: the
   * paper's Delta, divided by the number of pairs and of features. Lower is tighter. NaN for no pairs.
   */
  readonly mean: number;
  /** Standard deviation over the same pairs. */
  readonly deviation: number;
  /** Share of the features that the cover left exactly as they were, mean over photos and draws. */
  readonly unchanged: number;
}

export interface PartRow {
  /** Undefined for random places. */
  readonly part: string | undefined;
  /** Photos on which it is marked, so far. */
  readonly photos: number;
  /** One for each layer. */
  readonly layers: readonly Consistency[];
}

/** Bytes of signs that are kept, two bits a feature. */
const MOST_KEPT = 2 ** 30;

/** Counts are whole numbers, so that sums of them and of their squares are exact. */
class Sums {
  features = 0;
  pairs = 0;
  differing = 0;
  squares = 0;
  vectors = 0;
  zeros = 0;

  get consistency(): Consistency {
    const { features, pairs, differing, squares, vectors, zeros } = this;
    const mean = differing / pairs;
    return {
      pairs,
      mean: mean / features,
      deviation: Math.sqrt(Math.max(0, squares / pairs - mean * mean)) / features,
      unchanged: zeros / vectors / features,
    };
  }
}

export class CorrespondenceTally {
  /** Of the photos so far, by cell. */
  private readonly kept = new Map<string, (readonly Signs[])[]>();
  private readonly sums = new Map<string | undefined, readonly Sums[]>();
  private readonly marked = new Map<string | undefined, number>();
  private bytes = 0;

  /** @param layers how many */
  constructor(
    private readonly parts: readonly string[],
    hasRandom: boolean,
    layers: number,
  ) {
    for (const row of [...parts, ...(hasRandom ? [undefined] : [])]) {
      this.sums.set(
        row,
        Array.from({ length: layers }, () => new Sums()),
      );
    }
  }

  /**
   * Adds a photo: each of its cells makes a pair with the same cell of every photo before.
   * @param signs by cell and layer
   * @throws UserError where there is too much to keep
   */
  add(cells: readonly Cell[], signs: readonly (readonly Signs[])[]): void {
    cells.forEach((cell, place) => {
      const row = cell.draw === undefined ? cell.part : undefined;
      const own = signs[place] ?? [];
      const key = JSON.stringify([cell.part, cell.draw]);
      const before = this.kept.get(key) ?? [];
      this.sums.get(row)?.forEach((sums, layer) => {
        addTo(
          sums,
          own[layer],
          before.flatMap((each) => each[layer] ?? []),
        );
      });
      this.kept.set(key, [...before, own]);
      this.bytes += own.reduce((sum, { planes }) => sum + planes.byteLength, 0);
    });
    for (const row of new Set(cells.map(({ part, draw }) => (draw === undefined ? part : undefined)))) {
      this.marked.set(row, (this.marked.get(row) ?? 0) + 1);
    }
    if (this.bytes > MOST_KEPT) {
      throw new UserError(
        'the signs of all features take more than 1 GB; choose fewer or smaller layers with --layers, or fewer photos',
      );
    }
  }

  /** Number of features of each layer; 0 before the first photo. */
  get features(): readonly number[] {
    return (this.sums.get(this.parts[0]) ?? []).map(({ features }) => features);
  }

  get rows(): readonly PartRow[] {
    return [...this.sums].map(([part, layers]) => ({
      part,
      photos: this.marked.get(part) ?? 0,
      layers: layers.map(({ consistency }) => consistency),
    }));
  }
}

function addTo(sums: Sums, own: Signs | undefined, before: readonly Signs[]): void {
  if (own === undefined) {
    return;
  }
  sums.features = own.length;
  sums.vectors++;
  sums.zeros += zeroSigns(own);
  for (const other of before) {
    const differing = differingSigns(own, other);
    sums.pairs++;
    sums.differing += differing;
    sums.squares += differing * differing;
  }
}
