/** The commands of the extension: package.json declares the same ones, `unpool.` before each. */

export const COMMANDS = [
  'openModel',
  'openDefaultModel',
  'refreshModels',
  'addPhotos',
  'addPhotoFolder',
  'addDemoPhotos',
  'removePhoto',
  'refreshPhotos',
  'choosePhoto',
  'chooseLayer',
  'showArchitecture',
  'showPredictions',
  'showKernels',
  'showFeatureMaps',
  'showProjection',
  'showOcclusion',
  'compareActivations',
  'findProblems',
  'showProblem',
  'mergeLinearLayers',
  'editPreprocessing',
  'exportReport',
  'cancel',
  'restartEngine',
  'showLog',
] as const;

export type CommandName = (typeof COMMANDS)[number];
