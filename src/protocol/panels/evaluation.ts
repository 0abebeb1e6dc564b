/** How often models are wrong about the photos of a set, and about which. */

import type { EveryPanelRequests } from '../everyPanel.js';
import type { PanelName } from './registry.js';

/** What is asked of whom. */
export interface EvaluationChoice {
  /** Absolute path of the folder, zip or list. */
  readonly set: string;
  /** URIs of the models that are averaged with the panel's own, in their order. */
  readonly models: readonly string[];
  readonly crops: 1 | 10;
  /** Whether the photos are asked about mirrored and in another light, too. */
  readonly robustness: boolean;
}

export interface EvaluationOffer {
  /** Photo sets of the workspace. */
  readonly sets: readonly { readonly root: string; readonly name: string }[];
  /** Models of the workspace but the panel's own. */
  readonly models: readonly { readonly uri: string; readonly name: string }[];
}

/** A share of photos with the bounds of its 95 % confidence interval; the share is NaN for no photos. */
export interface RateView {
  readonly count: number;
  readonly photos: number;
  readonly rate: number;
  readonly low: number;
  readonly high: number;
}

/** Null for models of five classes or fewer. */
export interface ErrorsView {
  readonly name: string;
  readonly top1: RateView;
  readonly top5: RateView | null;
}

/** An evaluation that is on its way. */
export interface EvaluationProgress {
  readonly state: 'waiting' | 'running' | 'paused';
  /** How far it is and how fast it goes, in words. */
  readonly text: string;
  /** 0 to 1. */
  readonly share: number;
  /** What is known so far; empty at first. */
  readonly rows: readonly ErrorsView[];
}

export type ChangeView = 'mirror' | 'lighting';

/** Precision and recall are NaN where nothing is divided by nothing. */
export interface ClassView {
  readonly index: number;
  readonly photos: number;
  readonly predicted: number;
  readonly correct: number;
  readonly precision: number;
  readonly recall: number;
}

export interface ConfusionView {
  readonly actual: number;
  readonly predicted: number;
  readonly photos: number;
}

/** Photos whose predicted class has a probability above `from`, up to `to`; means are NaN without photos. */
export interface CalibrationView {
  readonly from: number;
  readonly to: number;
  readonly photos: number;
  readonly confidence: number;
  readonly accuracy: number;
}

/** A model, or the mean of several. */
export interface EvaluationRowView extends ErrorsView {
  readonly meanRecall: number;
  readonly calibrationError: number;
  readonly bins: readonly CalibrationView[];
  /** Classes that have photos or are predicted, by index. */
  readonly classes: readonly ClassView[];
  /** Cells of the confusion matrix that are not empty. */
  readonly confusions: readonly ConfusionView[];
  /** The classes in an order in which those that are taken for each other are beside each other. */
  readonly clustered: readonly number[];
  /** Empty where that was not asked for. */
  readonly robustness: readonly {
    readonly change: ChangeView;
    readonly top1: RateView;
    readonly top5: RateView | null;
    /** Photos that are taken for another class than before. */
    readonly flipped: RateView;
  }[];
}

export interface EvaluationView {
  /** Photos that the answers are about. */
  readonly photos: number;
  /** Names of classes by index; empty where none are known. */
  readonly names: readonly string[];
  readonly rows: readonly EvaluationRowView[];
  readonly skipped: readonly { readonly path: string; readonly problem: string }[];
  /** Labels that are no class, and how many photos were left out for each. */
  readonly unmatched: readonly { readonly label: string; readonly photos: number }[];
  readonly unlabelled: number;
}

export type PhotoFilterView =
  | { readonly kind: 'mostWrong' | 'leastSure' }
  /** Null stands for every class. */
  | { readonly kind: 'cell'; readonly actual: number | null; readonly predicted: number | null }
  | { readonly kind: 'flipped'; readonly change: ChangeView };

/** A photo, and what a model says of it. */
export interface AnsweredPhotoView {
  /** In the set. */
  readonly path: string;
  readonly actual: number;
  /** Probability of that class. */
  readonly own: number;
  readonly predicted: number;
  readonly probability: number;
}

export interface EvaluationRequests extends EveryPanelRequests {
  evaluationOffer: { params: null; result: EvaluationOffer };
  /** Asks for a folder, or a zip or list, of photos; gives its path, null where the user cancelled. */
  addEvaluationSet: { params: { kind: 'folder' | 'file' }; result: string | null };
  /**
   * The evaluation, which is started, or goes on, where it is not there yet; without `start` only if it was on its way before.
   * Null where there is none. A page that goes away leaves it running.
   */
  evaluation: {
    params: { choice: EvaluationChoice; start: boolean };
    partial: EvaluationProgress;
    result: EvaluationView | null;
  };
  /** Holds the evaluation that is on its way, lets it go on, or ends it. */
  controlEvaluation: { params: { action: 'pause' | 'resume' | 'cancel' }; result: null };
  /** Photos of the evaluation shown, by a row. */
  evaluatedPhotos: {
    params: { row: number; filter: PhotoFilterView; from: number; count: number };
    result: { readonly total: number; readonly photos: readonly AnsweredPhotoView[] };
  };
  /** A photo of the set as a PNG whose longer side has at most `side` pixels. */
  evaluatedThumbnail: { params: { set: string; path: string; side: number }; result: ArrayBuffer };
  /** Makes a photo of the set the chosen one (a copy of it where it lies in a zip), and shows a panel on it. */
  openEvaluatedPhoto: { params: { set: string; path: string; panel: PanelName }; result: null };
  /** Asks where to and writes the evaluation shown; false where the user cancelled. */
  exportEvaluation: { params: { form: 'csv' | 'json' | 'parquet' }; result: boolean };
}
