/** What a network says of labelled photos: its five most probable classes, and where each photo's own class stands. */

import { TOP_CLASSES } from '../../store/indexTables.js';
import { topPredictions } from '../photo/predictions.js';

/** What is kept of the probabilities of a photo. */
export interface Answer {
  /** The most probable classes, the most probable first, and their probabilities. */
  readonly classes: readonly number[];
  readonly probabilities: readonly number[];
  /** Of the photo's own class: its place among all classes, from 0, and its probability. */
  readonly rank: number;
  readonly own: number;
}

/** @param truth index of the photo's own class. Of equal probabilities the first class comes first. */
export function answerOf(shares: Float32Array, truth: number): Answer {
  const top = topPredictions(shares, TOP_CLASSES);
  const own = shares[truth] ?? NaN;
  const classes = top.map(({ index }) => index);
  return {
    classes,
    probabilities: top.map(({ probability }) => probability),
    rank: rankOf(shares, truth),
    own,
  };
}

/** The place of a class among all, from 0. Of equal probabilities the first class comes first. */
export function rankOf(shares: Float32Array, truth: number): number {
  const own = shares[truth] ?? NaN;
  let rank = 0;
  shares.forEach((share, index) => {
    rank += share > own || (share === own && index < truth) ? 1 : 0;
  });
  return rank;
}

/** Answers by photo, 48 bytes each. */
export class Answers {
  /** Five a photo; -1 where there are fewer. */
  private readonly classes: Int32Array;
  private readonly probabilities: Float32Array;
  /** -1 for a photo that is not answered. */
  private readonly ranks: Int32Array;
  private readonly own: Float32Array;

  /** @param truths class of each photo */
  constructor(readonly truths: Int32Array) {
    this.classes = new Int32Array(truths.length * TOP_CLASSES).fill(-1);
    this.probabilities = new Float32Array(truths.length * TOP_CLASSES);
    this.ranks = new Int32Array(truths.length).fill(-1);
    this.own = new Float32Array(truths.length);
  }

  set(photo: number, { classes, probabilities, rank, own }: Answer): void {
    this.classes.set(classes, photo * TOP_CLASSES);
    this.probabilities.set(probabilities, photo * TOP_CLASSES);
    this.ranks[photo] = rank;
    this.own[photo] = own;
  }

  /** Undefined for a photo that could not be read. */
  get(photo: number): Answer | undefined {
    const rank = this.ranks[photo] ?? -1;
    if (rank < 0) {
      return undefined;
    }
    const [from, to] = [photo * TOP_CLASSES, (photo + 1) * TOP_CLASSES];
    const classes = [...this.classes.subarray(from, to)].filter((index) => index >= 0);
    const probabilities = [...this.probabilities.subarray(from, from + classes.length)];
    return { classes, probabilities, rank, own: this.own[photo] ?? 0 };
  }

  /** Calls `visit` for the photos that are answered, in order. */
  forEach(visit: (photo: number, truth: number, predicted: number, rank: number) => void): void {
    this.truths.forEach((truth, photo) => {
      const rank = this.ranks[photo] ?? -1;
      if (rank >= 0) {
        visit(photo, truth, this.classes[photo * TOP_CLASSES] ?? -1, rank);
      }
    });
  }

  /** Probability of the most probable class. */
  sureness(photo: number): number {
    return this.probabilities[photo * TOP_CLASSES] ?? 0;
  }

  /** Probability of the photo's own class. */
  ownShare(photo: number): number {
    return this.own[photo] ?? 0;
  }
}
