/** What was said so far while networks are asked about photos, and the records that a checkpoint keeps of it. */

import { principalColours } from '../../photos/lighting.js';
import type { ColourMoments, PrincipalColours } from '../../photos/lighting.js';
import type { Change } from '../../photos/photoWorker.js';
import type { PhotoProblem } from '../../store/photoIndex.js';
import { Answers } from './answers.js';
import type { Answer } from './answers.js';
import type { Evaluation, EvaluationRow, LabelledPhoto } from './evaluation.js';

/** What was said of the photos of a batch, as it is kept. */
export type Told = ToldAnswers | ToldColours;

export interface ToldAnswers {
  /** Of the batch, among those asked about. */
  readonly first: number;
  /** Of each photo the answers by row, those to changed photos behind the others; or why there are none. */
  readonly photos: readonly (string | readonly Answer[])[];
}

export interface ToldColours {
  readonly first: number;
  /** Photos of the batch, and of those of them that can be read the number and the sums of their moments. */
  readonly photos: number;
  readonly readable: number;
  readonly sums: ColourMoments;
}

const isColours = (told: Told): told is ToldColours => 'sums' in told;

/** What is known so far. */
export class Said {
  private readonly rows: readonly EvaluationRow[];
  /** In the order of `ToldAnswers.photos`. */
  private readonly columns: readonly Answers[];
  private readonly faults = new Map<number, string>();
  private readonly batches = new Set<number>();
  private readonly colourBatches = new Map<number, ToldColours>();
  private done = { photos: 0, colours: 0 };

  constructor(
    names: readonly string[],
    changes: readonly Change[],
    private readonly photos: readonly LabelledPhoto[],
  ) {
    const truths = Int32Array.from(photos, ({ classIndex }) => classIndex);
    this.rows = names.map((name) => ({
      name,
      answers: new Answers(truths),
      changed: changes.map((change) => ({ change, answers: new Answers(truths) })),
    }));
    this.columns = [
      ...this.rows.map(({ answers }) => answers),
      ...changes.flatMap((_, index) => this.rows.flatMap(({ changed }) => changed[index]?.answers ?? [])),
    ];
  }

  keep(told: Told): void {
    if (isColours(told)) {
      this.colourBatches.set(told.first, told);
      this.done.colours += told.photos;
      return;
    }
    const { first, photos } = told;
    this.batches.add(first);
    this.done.photos += photos.length;
    photos.forEach((said, slot) => {
      if (typeof said === 'string') {
        this.faults.set(first + slot, said);
      } else {
        said.forEach((answer, column) => this.columns[column]?.set(first + slot, answer));
      }
    });
  }

  /** Whether the answers, or the colours, of the batch are known. */
  has(first: number, what: 'answers' | 'colours'): boolean {
    return (what === 'answers' ? this.batches : this.colourBatches).has(first);
  }

  /** Photos about which the same is known as is told. */
  photosOf(told: Told): number {
    return isColours(told) ? this.done.colours : this.done.photos;
  }

  get results(): Pick<Evaluation, 'rows' | 'colours' | 'problems'> {
    const faults = [...this.faults].sort(([a], [b]) => a - b);
    const problems = faults.map(([photo, problem]): PhotoProblem => ({
      path: this.photos[photo]?.path ?? '',
      problem,
    }));
    return { rows: this.rows, colours: this.colours, problems };
  }

  /** Of the photos that are counted; undefined where there are none. The same in whichever order they came. */
  get colours(): PrincipalColours | undefined {
    const batches = [...this.colourBatches.values()].sort((a, b) => a.first - b.first);
    const photos = batches.reduce((sum, { readable }) => sum + readable, 0);
    const sums = batches.reduce<ColourMoments>(
      (all, each) => each.sums.map((sum, index) => sum + (all[index] ?? 0)),
      [],
    );
    return photos === 0 ? undefined : principalColours(sums.map((sum) => sum / photos));
  }
}
