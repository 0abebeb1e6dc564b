/** The extension: wiring only. */

import * as vscode from 'vscode';

import { checkpointFolder } from './core/jobs/checkpoints.js';
import { tuningFolder } from './core/occlusion/tuning.js';
import { Background } from './host/background/background.js';
import { registerCommands } from './host/commands/index.js';
import { maintainContextKeys } from './host/contextKeys.js';
import { ProblemActions } from './host/diagnostics/codeActions.js';
import { Diagnostics } from './host/diagnostics/diagnostics.js';
import { PythonTarget } from './host/python/pythonTarget.js';
import { TextTarget } from './host/text/textTarget.js';
import { registerModelEditor } from './host/editors/modelEditor.js';
import { EngineHost } from './host/engineHost.js';
import { Jobs } from './host/jobs/jobs.js';
import { DroppedPhotos } from './host/droppedPhotos.js';
import { ValueCards } from './host/hovers/valueCards.js';
import { ModelFiles } from './host/modelFiles.js';
import { Panels } from './host/panels/panels.js';
import { PhotoOffers } from './host/photoOffers.js';
import { Photos } from './host/photos.js';
import { PreparedPhotos } from './host/preparedPhotos.js';
import { registerPython } from './host/python/pythonLanguage.js';
import { SourceLinks } from './host/python/sourceLinks.js';
import type { Services } from './host/services.js';
import { Evaluations } from './host/sets/evaluations.js';
import { Indexes } from './host/sets/indexes.js';
import { PhotoSets } from './host/sets/photoSets.js';
import { SetVectors } from './host/sets/setVectors.js';
import { Selection } from './host/selection.js';
import { createStatusBarItem } from './host/statusBar.js';
import { offerCommandLine } from './host/terminals.js';
import { ModelTexts } from './host/text/modelTexts.js';
import { TextSync } from './host/text/sync.js';
import { registerTextLanguage } from './host/text/textLanguage.js';
import { registerTools } from './host/tools/tools.js';
import { JobsView } from './host/views/jobsView.js';
import { LayersView } from './host/views/layersView.js';
import { ModelsView } from './host/views/modelsView.js';
import { PhotosView } from './host/views/photosView.js';

export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions, extensionUri, storageUri, globalStorageUri, globalState, workspaceState } = context;
  const start = performance.now();
  const log = vscode.window.createOutputChannel('Unpool', { log: true });
  const cudaStorage = vscode.Uri.joinPath(globalStorageUri, 'cuda').fsPath;
  const engine = new EngineHost(log, cudaStorage);
  const checkpoints = checkpointFolder(vscode.Uri.joinPath(globalStorageUri, 'jobs').fsPath);
  const jobs = new Jobs(engine, checkpoints, workspaceState);
  const photoThread = new Background();
  const sourceThread = new Background();
  const setThread = new Background();
  const files = new ModelFiles(engine, log);
  const photoSets = new PhotoSets(workspaceState, setThread);
  const photos = new Photos(workspaceState, photoSets);
  const selection = new Selection(files, photos, engine, workspaceState);
  const photoOffers = new PhotoOffers(selection, globalState, extensionUri);
  const ownPhotos = vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'photos');
  const ownIndexes = vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'indexes').fsPath;
  const indexes = new Indexes(workspaceState, ownIndexes, setThread);
  const evaluated = vscode.Uri.joinPath(storageUri ?? globalStorageUri, 'evaluations').fsPath;
  const vectors = new SetVectors();
  const prepared = new PreparedPhotos(photoThread);
  const diagnostics = new Diagnostics(files, selection, workspaceState);
  const tunings = tuningFolder(vscode.Uri.joinPath(globalStorageUri, 'tuning').fsPath);
  const services: Services = {
    selection,
    engine,
    jobs,
    prepared,
    photoOffers,
    droppedPhotos: new DroppedPhotos(ownPhotos),
    photoThread,
    photoSets,
    indexes,
    evaluations: new Evaluations(evaluated, jobs, workspaceState),
    vectors,
    diagnostics,
    log,
    tunings,
    cudaStorage,
    extensionUri,
  };
  const panels = new Panels(services);
  const models = new ModelsView(selection);
  const values = new ValueCards(services);
  const texts = new ModelTexts(selection, log);
  const textSync = new TextSync(texts, selection);
  const sources = new SourceLinks(selection, workspaceState, sourceThread, log);
  const textTarget = new TextTarget(texts);
  const pythonTarget = new PythonTarget(sources);

  subscriptions.push(
    log,
    // Before the engine: what it stops then is no failure.
    jobs,
    engine,
    photoThread,
    setThread,
    photoSets,
    indexes,
    vectors,
    files,
    photos,
    selection,
    photoOffers,
    models,
    vscode.window.createTreeView('unpool.models', { treeDataProvider: models }),
    new LayersView(selection),
    new PhotosView(services),
    new JobsView(jobs),
    diagnostics,
    textTarget,
    pythonTarget,
    diagnostics.register(textTarget),
    diagnostics.register(pythonTarget),
    ProblemActions.register(diagnostics),
    registerTools(services),
    panels.registerSerializers(),
    registerModelEditor(services, panels),
    texts,
    textSync,
    registerTextLanguage(texts, selection, values),
    sources,
    sourceThread,
    registerPython(sources, selection, values),
    registerCommands(services, panels, models, textSync, sources),
    createStatusBarItem(selection),
    maintainContextKeys(selection, jobs),
  );
  offerCommandLine(context);
  log.info(`activated in ${(performance.now() - start).toFixed(0)} ms`);
}
