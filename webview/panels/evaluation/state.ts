/** What the Evaluation panel shows: what is asked of whom, what came of it, and what of it is looked at. Plain, without a page. */

import type {
  AnsweredPhotoView,
  EvaluationChoice,
  EvaluationOffer,
  EvaluationProgress,
  EvaluationRowView,
  EvaluationView,
  PhotoFilterView,
} from '../../../src/protocol/panels/evaluation.js';

/** What is kept over a reload of the window. */
export interface Kept extends Partial<EvaluationChoice> {
  readonly order?: ClassOrder;
}

export type ClassOrder = 'class' | 'clusters';

export class EvaluationState {
  offer: EvaluationOffer = { sets: [], models: [] };
  /** Undefined where there is no evaluation of what is chosen. */
  view: EvaluationView | undefined;
  /** Undefined where none is on its way. */
  progress: EvaluationProgress | undefined;
  order: ClassOrder;
  filter: PhotoFilterView = { kind: 'mostWrong' };
  /** Photos that the filter finds: all of them, and the first ones. */
  photos: { readonly total: number; readonly photos: readonly AnsweredPhotoView[] } = {
    total: 0,
    photos: [],
  };
  private chosen: Partial<EvaluationChoice>;
  private at = 0;

  constructor({ order = 'class', ...chosen }: Kept = {}) {
    this.order = order;
    this.chosen = chosen;
  }

  /** What is chosen, of what there is; undefined without a set. */
  get choice(): EvaluationChoice | undefined {
    const { sets, models } = this.offer;
    const { set: asked, models: further = [], crops = 1, robustness = false } = this.chosen;
    const set = sets.find(({ root }) => root === asked) ?? sets[0];
    const known = further.filter((uri) => models.some((model) => model.uri === uri));
    return set && { set: set.root, models: known, crops, robustness };
  }

  choose(changes: Partial<EvaluationChoice>): void {
    this.chosen = { ...this.chosen, ...changes };
  }

  /** Another evaluation is looked for: nothing of the last one is shown. */
  begin(): void {
    this.view = undefined;
    this.progress = undefined;
    this.photos = { total: 0, photos: [] };
    this.filter = { kind: 'mostWrong' };
  }

  /** @param view undefined where there is none */
  show(view: EvaluationView | undefined): void {
    this.view = view;
    this.progress = undefined;
    // The mean of several models stands behind them.
    this.at = Math.max(0, (view?.rows.length ?? 0) - 1);
  }

  /** The model, or the mean of several, that is looked at. */
  get rowNumber(): number {
    return this.at;
  }

  get row(): EvaluationRowView | undefined {
    return this.view?.rows[this.at];
  }

  /** Looks at another model; what it is that is shown of the photos stays. */
  look(row: number): void {
    this.at = row;
  }

  /** Classes that occur, in the order of the matrix. */
  get classes(): readonly number[] {
    const { row } = this;
    return (this.order === 'clusters' ? row?.clustered : row?.classes.map(({ index }) => index)) ?? [];
  }

  /** The cell of the matrix that is looked at; undefined for none. */
  get cell(): { readonly actual: number; readonly predicted: number } | undefined {
    const { filter } = this;
    return filter.kind === 'cell' && filter.actual !== null && filter.predicted !== null
      ? { actual: filter.actual, predicted: filter.predicted }
      : undefined;
  }
}

/** The words of the command that does the same. @param file of the panel's model @param fileOf a further one */
export function commandWords(
  choice: EvaluationChoice,
  file: string,
  fileOf: (uri: string) => string,
): readonly string[] {
  const { set, models, crops, robustness } = choice;
  return [
    ...['unpool', 'evaluate', file, ...models.map(fileOf), set],
    ...(crops === 10 ? ['--crops', '10'] : []),
    ...(robustness ? ['--robustness'] : []),
    ...['--out', 'evaluation'],
  ];
}
