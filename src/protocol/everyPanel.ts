/** What every panel can ask, and what it is told. A webview asks; the host answers exactly once and tells of changes. */

import type { IndexesView } from './indexView.js';
import type { PanelName } from './panels/registry.js';
import type { PhotoOffer, PostedModel, PreprocessingValues, SelectionView } from './view.js';

/** Ways to write numbers to a file. */
export type NumbersForm = 'npy' | 'csv' | 'json';

/** An array on its way to a file. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** What every panel can ask. */
export interface EveryPanelRequests {
  model: { params: null; result: PostedModel };
  selection: { params: null; result: SelectionView };
  selectLayer: { params: { layer: string }; result: null };
  /** Chooses a photo, which joins the list where it is not there yet. */
  selectPhoto: { params: { photo: string }; result: null };
  /** Shows the file dialog. */
  addPhotos: { params: null; result: null };
  offeredPhotos: { params: null; result: PhotoOffer };
  /** Keeps a copy of a photo that was dropped on the panel without a place of its own; gives the copy's URI. */
  storeDropped: { params: { name: string; bytes: ArrayBuffer }; result: string };
  /** Adds what was dropped on the panel, files and folders by URI; says so where no photo is among it. */
  addDropped: { params: { uris: readonly string[] }; result: null };
  /** The photo small, as a PNG file. */
  thumbnail: { params: { photo: string }; result: ArrayBuffer };
  /** What trained networks commonly expect. */
  presets: { params: null; result: readonly PreprocessingValues[] };
  /** Stores the preprocessing in the model's sidecar. */
  setPreprocessing: { params: PreprocessingValues; result: null };
  /** Asks for the names of the model's classes, and stores them in its sidecar. */
  chooseClassNames: { params: null; result: null };
  /** Stores that the names that were assumed are right. */
  confirmClassNames: { params: null; result: null };
  /** Asks for the size of images where the model leaves it open, and stores it in its sidecar. */
  chooseImageSize: { params: null; result: null };
  /** Shows another panel of the same model on what is given. */
  openPanel: { params: { panel: PanelName; layer?: string; channel?: number }; result: null };
  /** Asks where to and writes; false when the user cancelled. */
  savePicture: { params: { name: string; png: ArrayBuffer }; result: boolean };
  saveNumbers: { params: { name: string; numbers: Numbers; form: NumbersForm }; result: boolean };
  /** Shows the engine's log. */
  showLog: { params: null; result: null };
}

export interface EveryPanelEvents {
  selectionChanged: SelectionView;
  /** The model's file changed on disk and was opened again. */
  modelChanged: PostedModel;
  /** An index of the model came, went, grew, or was chosen. */
  indexesChanged: IndexesView;
  /** Another place asks this panel to show something. */
  show: { layer?: string; channel?: number };
}
