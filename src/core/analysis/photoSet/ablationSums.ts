/** What each ablation costs a photo set, as sums that grow batch by batch. */

/** What is kept of a photo with one ablation. */
export interface AblatedAnswer {
  /** Of the photo's own class: its probability, its place among all classes from 0, and its cross-entropy -ln p; NaN without a label. */
  readonly own: number;
  readonly rank: number;
  readonly crossEntropy: number;
  /** Probability of the class that the photo is taken for without ablation. */
  readonly kept: number;
  /** Whether it is taken for another class now. */
  readonly isFlipped: boolean;
}

/** Means over photos; NaN where there are none. */
export interface Measures {
  /** Photos, and those of them that have a label. */
  readonly photos: number;
  readonly labelled: number;
  /** Of labelled photos: accuracy, mean probability of the own class, mean cross-entropy in nats. */
  readonly top1: number;
  readonly top5: number;
  readonly own: number;
  readonly crossEntropy: number;
  /** Of all photos: mean probability of the class that each is taken for without ablation, and share taken for another. */
  readonly kept: number;
  readonly flipped: number;
}

/** A photo and how much of the probability of its class (its own, or without a label the predicted one) is lost. */
export interface PhotoLoss {
  readonly photo: number;
  readonly before: number;
  readonly after: number;
}

const FIELDS = ['top1', 'top5', 'own', 'crossEntropy', 'kept', 'flipped'] as const;
/** Photos that are kept of each ablation. */
const MOST_LOSSES = 3;
/** Stands for photos without a label. */
const NO_CLASS = -1;

interface ClassSums {
  photos: number;
  /** By ablation, then by field. */
  readonly sums: Float64Array;
}

export class AblationSums {
  private readonly classes = new Map<number, ClassSums>();
  private readonly losses: PhotoLoss[][];

  /** @param ablations the first of which is none: everything is measured against it */
  constructor(private readonly ablations: number) {
    this.losses = Array.from({ length: ablations }, () => []);
  }

  /** @param answers by ablation @param classIndex of the photo's label */
  add(photo: number, classIndex: number | undefined, answers: readonly AblatedAnswer[]): void {
    const of = classIndex ?? NO_CLASS;
    const known = this.classes.get(of) ?? {
      photos: 0,
      sums: new Float64Array(this.ablations * FIELDS.length),
    };
    this.classes.set(of, known);
    known.photos++;
    const before = lookedAt(answers[0], classIndex);
    answers.forEach((answer, ablation) => {
      const { rank, own, crossEntropy, kept, isFlipped } = answer;
      const values =
        classIndex === undefined
          ? [0, 0, 0, 0, kept, Number(isFlipped)]
          : [Number(rank < 1), Number(rank < 5), own, crossEntropy, kept, Number(isFlipped)];
      values.forEach((value, field) => {
        const at = ablation * FIELDS.length + field;
        known.sums[at] = (known.sums[at] ?? 0) + value;
      });
      this.keepLoss(ablation, { photo, before, after: lookedAt(answer, classIndex) });
    });
  }

  /** Classes that have photos, in order. */
  get classIndexes(): readonly number[] {
    return [...this.classes.keys()].filter((index) => index !== NO_CLASS).sort((a, b) => a - b);
  }

  /** Of all photos, or those of a class. */
  measures(ablation: number, classIndex?: number): Measures {
    const wanted = [...this.classes].filter(([index]) => classIndex === undefined || index === classIndex);
    let [photos, labelled] = [0, 0];
    const totals = FIELDS.map(() => 0);
    for (const [index, { photos: count, sums }] of wanted) {
      photos += count;
      labelled += index === NO_CLASS ? 0 : count;
      FIELDS.forEach((_, field) => {
        totals[field] = (totals[field] ?? 0) + (sums[ablation * FIELDS.length + field] ?? 0);
      });
    }
    const [top1 = 0, top5 = 0, own = 0, crossEntropy = 0, kept = 0, flipped = 0] = totals;
    return {
      ...{ photos, labelled },
      ...{ top1: top1 / labelled, top5: top5 / labelled },
      ...{ own: own / labelled, crossEntropy: crossEntropy / labelled },
      ...{ kept: kept / photos, flipped: flipped / photos },
    };
  }

  /** The photos that lose most, the greatest loss first. */
  greatestLosses(ablation: number): readonly PhotoLoss[] {
    return this.losses[ablation] ?? [];
  }

  private keepLoss(ablation: number, loss: PhotoLoss): void {
    const kept = this.losses[ablation] ?? [];
    const size = (each: PhotoLoss): number => each.before - each.after;
    const last = kept.at(-1);
    if (size(loss) > 0 && (kept.length < MOST_LOSSES || last === undefined || size(loss) >= size(last))) {
      kept.push(loss);
      kept.sort((a, b) => size(b) - size(a) || a.photo - b.photo);
      kept.length = Math.min(kept.length, MOST_LOSSES);
    }
  }
}

function lookedAt(answer: AblatedAnswer | undefined, classIndex: number | undefined): number {
  return (classIndex === undefined ? answer?.kept : answer?.own) ?? NaN;
}
