/** What commands, views and panels are made of. */

import type * as vscode from 'vscode';

import type { TuningStore } from '../core/occlusion/tuning.js';
import type { Background } from './background/background.js';
import type { Diagnostics } from './diagnostics/diagnostics.js';
import type { EngineHost } from './engineHost.js';
import type { Jobs } from './jobs/jobs.js';
import type { DroppedPhotos } from './droppedPhotos.js';
import type { PhotoOffers } from './photoOffers.js';
import type { PreparedPhotos } from './preparedPhotos.js';
import type { Selection } from './selection.js';
import type { Evaluations } from './sets/evaluations.js';
import type { Indexes } from './sets/indexes.js';
import type { PhotoSets } from './sets/photoSets.js';
import type { SetVectors } from './sets/setVectors.js';

export interface Services {
  readonly selection: Selection;
  readonly engine: EngineHost;
  readonly jobs: Jobs;
  readonly prepared: PreparedPhotos;
  readonly photoOffers: PhotoOffers;
  readonly droppedPhotos: DroppedPhotos;
  /** Decodes photos. */
  readonly photoThread: Background;
  readonly photoSets: PhotoSets;
  readonly indexes: Indexes;
  readonly evaluations: Evaluations;
  readonly vectors: SetVectors;
  readonly diagnostics: Diagnostics;
  readonly log: vscode.LogOutputChannel;
  /** What was measured of models, kept from selection to selection. */
  readonly tunings: TuningStore;
  /** Folder where onnxruntime's CUDA libraries are installed. */
  readonly cudaStorage: string;
  /** Folder of the installed extension. */
  readonly extensionUri: vscode.Uri;
}
