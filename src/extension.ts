/** The extension: wiring only. */

import * as vscode from 'vscode';

import { Background } from './host/background/background.js';
import { tuningFolder } from './core/occlusion/tuning.js';
import { registerCommands } from './host/commands/index.js';
import { maintainContextKeys } from './host/contextKeys.js';
import { registerModelEditor } from './host/editors/modelEditor.js';
import { EngineHost } from './host/engineHost.js';
import { ModelFiles } from './host/modelFiles.js';
import { Panels } from './host/panels/panels.js';
import { Photos } from './host/photos.js';
import { PreparedPhotos } from './host/preparedPhotos.js';
import type { Services } from './host/services.js';
import { Session } from './host/session.js';
import { createStatusBarItem } from './host/statusBar.js';
import { LayersView } from './host/views/layersView.js';
import { ModelsView } from './host/views/modelsView.js';
import { PhotosView } from './host/views/photosView.js';

export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions, extensionUri, globalStorageUri, workspaceState } = context;
  const start = performance.now();
  const log = vscode.window.createOutputChannel('Unpool', { log: true });
  const engine = new EngineHost(log);
  const photoThread = new Background();
  const files = new ModelFiles(log);
  const photos = new Photos(workspaceState);
  const session = new Session(files, photos, engine, workspaceState);
  const prepared = new PreparedPhotos(photoThread);
  const tunings = tuningFolder(vscode.Uri.joinPath(globalStorageUri, 'tuning').fsPath);
  const services: Services = { session, engine, prepared, photoThread, log, tunings, extensionUri };
  const panels = new Panels(services);
  const models = new ModelsView(session);

  subscriptions.push(
    log,
    engine,
    photoThread,
    files,
    photos,
    session,
    models,
    vscode.window.createTreeView('unpool.models', { treeDataProvider: models }),
    new LayersView(session),
    new PhotosView(session, photoThread),
    panels.registerSerializers(),
    registerModelEditor(services, panels),
    registerCommands(services, panels, models),
    createStatusBarItem(session),
    maintainContextKeys(session),
  );
  log.info(`activated in ${(performance.now() - start).toFixed(0)} ms`);
}
