/** The table of commands. */

import * as vscode from 'vscode';

import { CancelledError } from '../../core/errors.js';
import { PANELS } from '../../protocol/panels/registry.js';
import type { PanelName } from '../../protocol/panels/registry.js';
import type { Panels } from '../panels/panels.js';
import type { SourceLinks } from '../python/sourceLinks.js';
import type { Services } from '../services.js';
import type { TextSync } from '../text/sync.js';
import type { ModelsView } from '../views/modelsView.js';
import { chooseClassNames } from '../classNames.js';
import { COMMANDS } from '../commandNames.js';
import { chooseImageSize } from '../imageSize.js';
import type { ModelFile } from '../modelFiles.js';
import type { CommandName, PanelCommand } from '../commandNames.js';
import { openCheckpoints } from './checkpoints.js';
import { installCudaRuntime } from './cudaRuntime.js';
import { cancel, pauseJob, resumeJob, revealJob, startJobAgain } from './jobs.js';
import { chooseLayer } from './layers.js';
import { neededModel, openDefaultModel, openModel } from './models.js';
import { addDemoPhotos, addNamedPhotos, choosePhoto, choosePhotoOf, pickPhotoFolder } from './photos.js';
import { matchLabels } from './matchLabels.js';
import { mergeLinearLayers } from './mergeLinear.js';
import { chooseIndexOf, indexChosenLayers, indexPhotos, openIndex } from './photoIndexes.js';
import { layersIn, meantLayer } from './pickLayer.js';
import { addPhotoSet } from './photoSets.js';
import { findProblems, showProblem } from './problems.js';
import { editPreprocessing } from './preprocessing.js';
import { exportReport } from './report.js';
import { chooseSourceModel, goToLayer, goToSource, peekFeatureMaps } from './source.js';
import { targetOf } from './target.js';
import { openAsText, revealInText } from './text.js';

/** `argument` and `others` are what VS Code gives: a row or file, and the whole selection. */
type Command = (argument: unknown, others: unknown) => unknown;

export function registerCommands(
  services: Services,
  panels: Panels,
  models: ModelsView,
  texts: TextSync,
  sources: SourceLinks,
): vscode.Disposable {
  const table = commandTable(services, panels, models, texts, sources);
  return vscode.Disposable.from(
    ...COMMANDS.map((name) =>
      vscode.commands.registerCommand(`unpool.${name}`, async (argument: unknown, others: unknown) => {
        try {
          await table[name](argument, others);
        } catch (error) {
          if (!(error instanceof CancelledError)) {
            report(services, error);
          }
        }
      }),
    ),
  );
}

function commandTable(
  services: Services,
  panels: Panels,
  models: ModelsView,
  texts: TextSync,
  sources: SourceLinks,
): Readonly<Record<CommandName, Command>> {
  const { selection, engine, jobs, log } = services;
  return {
    openModel: (argument) => openModel(services, panels, argument),
    openDefaultModel: () => openDefaultModel(services, panels),
    refreshModels: () => {
      models.refresh();
    },
    addPhotos: (argument, others) => addNamedPhotos(services, argument, others),
    addPhotoFolder: () => pickPhotoFolder(services),
    addDemoPhotos: () => addDemoPhotos(services),
    removePhoto: async (argument) => {
      const { uri, set } = (argument ?? {}) as { uri?: unknown; set?: unknown };
      if (typeof set === 'string') {
        await services.photoSets.remove(set);
      } else if (uri instanceof vscode.Uri) {
        await selection.photos.remove(uri);
        await services.droppedPhotos.forget(uri);
      }
    },
    refreshPhotos: async () => {
      await selection.photos.refresh();
      await services.photoSets.refresh();
    },
    addPhotoSet: (argument, others) => addPhotoSet(services, argument, others),
    matchLabels: (argument) => matchLabels(services, argument),
    indexPhotos: (argument) => indexPhotos(services, argument),
    indexChosenLayers: (argument) => indexChosenLayers(services, argument),
    openIndex: (argument) => openIndex(services, argument),
    openCheckpoints: (argument) => openCheckpoints(panels, argument),
    choosePhoto: () => choosePhoto(services),
    chooseLayer: () => chooseLayer(services),
    openAsText: (argument) => openAsText(services, argument),
    revealInText: (argument) => revealInText(services, texts, argument),
    goToSource: (argument) => goToSource(services, sources, argument),
    goToLayer: (argument) => goToLayer(services, panels, sources, argument),
    peekFeatureMaps: (argument) => peekFeatureMaps(services, panels, sources, argument),
    chooseSourceModel: (argument) => chooseSourceModel(sources, argument),
    ...panelCommands(panels, services),
    findProblems: (argument) => findProblems(services, argument),
    showProblem: (argument) => showProblem(panels, argument),
    mergeLinearLayers: (argument) => mergeLinearLayers(services, panels, argument),
    editPreprocessing: () => editPreprocessing(services),
    chooseClassNames: () => withModel(services, chooseClassNames),
    chooseImageSize: () => withModel(services, chooseImageSize),
    exportReport: (argument) => exportReport(services, argument),
    cancel: (argument) => cancel(services, argument),
    pauseJob: (argument) => pauseJob(services, argument),
    resumeJob: (argument) => resumeJob(services, argument),
    startJobAgain: (argument) => startJobAgain(services, argument),
    revealJob: (argument) => revealJob(services, panels, argument),
    clearJobs: () => {
      jobs.clear();
    },
    installCudaRuntime: () => installCudaRuntime(services),
    restartEngine: () => {
      engine.restart();
      vscode.window.setStatusBarMessage(
        vscode.l10n.t('Unpool: the engine starts again with the next request.'),
        5000,
      );
    },
    showLog: () => {
      log.show();
    },
  };
}

/** Does something to the active model, or to one that the user picks now. */
async function withModel(services: Services, act: (file: ModelFile) => Promise<void>): Promise<void> {
  const uri = await neededModel(services);
  if (uri !== undefined) {
    await act(services.selection.activate(uri));
  }
}

/** For each panel the command that shows it. */
function panelCommands(panels: Panels, services: Services): Readonly<Record<PanelCommand, Command>> {
  const show =
    (name: PanelName): Command =>
    async (argument) => {
      const { model, layer, channel } = targetOf(argument);
      await choosePhotoOf(services, argument);
      await chooseIndexOf(services, argument);
      const uri = model ?? (await neededModel(services));
      const several = layersIn(argument);
      if (uri === undefined) {
        return;
      }
      if (several.length === 0) {
        await panels.show(name, uri, { layer, channel });
        return;
      }
      const { selection } = services;
      const title = vscode.l10n.t('Unpool: Choose Layer');
      const meant = await meantLayer(selection, await selection.activate(uri).get(), several, title);
      if (meant !== undefined) {
        await panels.show(name, uri, { layer: meant, channel });
      }
    };
  const names = Object.keys(PANELS) as PanelName[];
  const commands = names.map((name) => [PANELS[name].command, show(name)]);
  return Object.fromEntries(commands) as Record<PanelCommand, Command>;
}

function report({ log }: Services, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  log.error(error instanceof Error ? error : message);
  void vscode.window.showErrorMessage(message);
}
