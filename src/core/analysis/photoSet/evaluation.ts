/** What is known of how often networks are wrong about labelled photos, and about which. */

import type { PrincipalColours } from '../../photos/lighting.js';
import type { ListedPhoto } from '../../photos/photo.js';
import type { Change, Crops } from '../../photos/photoWorker.js';
import type { PhotoProblem } from '../../store/photoIndex.js';
import type { Answers } from './answers.js';

/** A photo whose label is a class. */
export interface LabelledPhoto extends ListedPhoto {
  /** In the set. */
  readonly number: number;
  readonly classIndex: number;
}

/** A model's answers, or those of the mean of several. */
export interface EvaluationRow {
  readonly name: string;
  readonly answers: Answers;
  /** Its answers to the same photos when they are changed; none where that was not asked for. */
  readonly changed: readonly { readonly change: Change; readonly answers: Answers }[];
}

export interface Evaluation {
  readonly crops: Crops;
  readonly classes: number;
  readonly names: readonly string[];
  /** Photos that answers are by. */
  readonly photos: readonly LabelledPhoto[];
  /** Each model's own answers; behind those of several, those of their mean. */
  readonly rows: readonly EvaluationRow[];
  /** By which the light is changed; undefined where it is not. */
  readonly colours: PrincipalColours | undefined;
  /** Photos that could not be read or decoded, or that a network has no finite scores for. */
  readonly problems: readonly PhotoProblem[];
  /** Labels that are no class, and how many photos were left out for each. */
  readonly unmatched: readonly { readonly label: string; readonly photos: number }[];
  /** Photos without a label, left out, too. */
  readonly unlabelled: number;
}
