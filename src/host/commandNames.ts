/** The commands of the extension: package.json declares the same ones, `unpool.` before each. */

import { PANELS } from '../protocol/panels/registry.js';
import type { PanelName } from '../protocol/panels/registry.js';

const OTHERS = [
  'openModel',
  'openDefaultModel',
  'refreshModels',
  'addPhotos',
  'addPhotoFolder',
  'addDemoPhotos',
  'removePhoto',
  'refreshPhotos',
  'addPhotoSet',
  'matchLabels',
  'indexPhotos',
  'indexChosenLayers',
  'openIndex',
  'openCheckpoints',
  'choosePhoto',
  'chooseLayer',
  'openAsText',
  'revealInText',
  'goToSource',
  'goToLayer',
  'peekFeatureMaps',
  'chooseSourceModel',
  'findProblems',
  'showProblem',
  'mergeLinearLayers',
  'editPreprocessing',
  'chooseClassNames',
  'chooseImageSize',
  'exportReport',
  'cancel',
  'pauseJob',
  'resumeJob',
  'startJobAgain',
  'revealJob',
  'clearJobs',
  'installCudaRuntime',
  'restartEngine',
  'showLog',
] as const;

export type PanelCommand = (typeof PANELS)[PanelName]['command'];
export type CommandName = PanelCommand | (typeof OTHERS)[number];

/** Those that show a panel first. */
export const COMMANDS: readonly CommandName[] = [
  ...Object.values(PANELS).map(({ command }) => command),
  ...OTHERS,
];
