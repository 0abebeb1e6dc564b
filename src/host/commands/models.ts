/** Opening models. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import type { Panels } from '../panels/panels.js';
import type { Services } from '../services.js';
import { findModels, MOST_MODELS } from '../workspaceModels.js';
import { addDemoPhotos } from './photos.js';
import { targetOf } from './target.js';

/** The network that comes with the extension. */
function defaultModel({ extensionUri }: Services): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'media/models/zfnet-caltech101.onnx');
}

/** Opens the model that the argument names, or one that the user picks. */
export async function openModel(services: Services, panels: Panels, argument: unknown): Promise<void> {
  const model = targetOf(argument).model ?? (await pickModel(services));
  if (model !== undefined) {
    await panels.show('architecture', model);
  }
}

/** Opens the embedded network with the demo photos, and the side bar. */
export async function openDefaultModel(services: Services, panels: Panels): Promise<void> {
  services.selection.activate(defaultModel(services));
  await addDemoPhotos(services);
  await vscode.commands.executeCommand('workbench.view.extension.unpool');
  await panels.show('architecture', defaultModel(services));
}

/** The active model, or one that the user picks now. */
export async function neededModel(services: Services): Promise<vscode.Uri | undefined> {
  return services.selection.file?.uri ?? (await pickModel(services));
}

interface ModelPick extends vscode.QuickPickItem {
  readonly model: () => Thenable<vscode.Uri | undefined>;
}

async function pickModel(services: Services): Promise<vscode.Uri | undefined> {
  const found = await findModels(MOST_MODELS);
  const files = found.map((uri): ModelPick => ({
    label: basename(uri.fsPath),
    description: vscode.workspace.asRelativePath(uri),
    model: async () => uri,
  }));
  const picks: ModelPick[] = [
    ...files.sort((a, b) => a.label.localeCompare(b.label, undefined, { numeric: true })),
    {
      label: vscode.l10n.t('The embedded network'),
      description: vscode.l10n.t("ZFNet's architecture, trained on Caltech-101"),
      model: async () => defaultModel(services),
    },
    { label: vscode.l10n.t('Browse...'), model: browse },
  ];
  const chosen = await vscode.window.showQuickPick(picks, {
    title: vscode.l10n.t('Unpool: Open Model'),
    placeHolder: vscode.l10n.t('An ONNX model'),
    matchOnDescription: true,
  });
  return chosen?.model();
}

async function browse(): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    filters: { [vscode.l10n.t('ONNX models')]: ['onnx'] },
    title: vscode.l10n.t('Unpool: Open Model'),
  });
  return chosen?.[0];
}
