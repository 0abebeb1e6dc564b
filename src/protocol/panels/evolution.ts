/** Checkpoints of a network as a time line: those in the folder of the panel's model. */

import type { EveryPanelRequests } from '../everyPanel.js';
import type { Picture } from '../view.js';

/** What there is to choose from. */
export interface EvolutionOffer {
  /** Absolute path of the folder. */
  readonly folder: string;
  /** Why its files are no time line; null where they are one. */
  readonly problem: string | null;
  /** The earliest first. */
  readonly checkpoints: readonly { readonly name: string; readonly epoch: number }[];
  /** Names of files that are no .onnx. */
  readonly leftOut: readonly string[];
  /** Photo sets of the workspace. */
  readonly sets: readonly { readonly root: string; readonly name: string }[];
}

export interface EvolutionChoice {
  /** Absolute path of a photo set; null for weights and kernels alone. */
  readonly set: string | null;
  readonly kind: 'projections' | 'kernels';
  /** Null for the usual layer, and for maps that are chosen. */
  readonly layer: string | null;
  readonly maps: readonly number[] | null;
}

/** A layer with weights at a checkpoint; null for what is not known. */
export interface EvolvedLayer {
  readonly layer: string;
  readonly norm: number | null;
  readonly step: number | null;
  readonly maps: number | null;
  readonly dead: number | null;
  readonly mean: number | null;
}

export interface EvolvedCheckpoint {
  readonly place: number;
  readonly layers: readonly EvolvedLayer[];
  /** Share of the labelled photos; null without any. */
  readonly accuracy: number | null;
}

export interface WallView {
  readonly kind: EvolutionChoice['kind'];
  readonly layer: string;
  readonly maps: readonly number[];
  readonly chosenBy: 'asked' | 'selectivity' | 'strength' | 'norm';
}

/** A map at a checkpoint. */
export type WallTileView =
  | {
      readonly kind: 'projection';
      readonly map: number;
      readonly picture: Picture;
      /** What the unit sees of the photo. */
      readonly patch: Picture;
      readonly photo: string;
      readonly value: number;
      /** Whether it was another photo at the checkpoint before. */
      readonly jumped: boolean;
    }
  | { readonly kind: 'kernel'; readonly map: number; readonly picture: Picture }
  | { readonly kind: 'silent'; readonly map: number }
  | { readonly kind: 'lost'; readonly map: number; readonly photo: string; readonly problem: string };

export type EvolutionNews =
  | { readonly kind: 'progress'; readonly share: number; readonly text: string }
  | { readonly kind: 'row'; readonly row: EvolvedCheckpoint }
  | { readonly kind: 'wall'; readonly wall: WallView }
  | { readonly kind: 'tiles'; readonly place: number; readonly tiles: readonly WallTileView[] };

export interface EvolutionRequests extends EveryPanelRequests {
  evolutionOffer: { params: null; result: EvolutionOffer };
  /** Asks for a folder, or a zip or list, of photos; gives its path, null where the user cancelled. */
  addEvolutionSet: { params: { kind: 'folder' | 'file' }; result: string | null };
  /** Asks for another folder of checkpoints, which has a panel of its own. */
  openCheckpoints: { params: null; result: null };
  /** Everything comes in parts; what was found out before comes at once. */
  evolution: {
    params: EvolutionChoice;
    partial: EvolutionNews;
    result: { readonly skipped: readonly { readonly path: string; readonly problem: string }[] };
  };
  /** Opens one of the checkpoints. */
  openCheckpoint: { params: { place: number }; result: null };
  /** Asks where to and writes what was last shown, as the command line does; false where the user cancelled. */
  saveEvolution: { params: { form: 'png' | 'csv' }; result: boolean };
}
