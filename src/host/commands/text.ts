/** Models as text. */

import * as vscode from 'vscode';

import type { Services } from '../services.js';
import type { TextSync } from '../text/sync.js';
import { TEXT_LANGUAGE, textUri } from '../text/textUri.js';
import { neededModel } from './models.js';
import { targetOf } from './target.js';

/** Shows the text of the model that the argument names, of the active one, or of one that the user picks. */
export async function openAsText(services: Services, argument: unknown): Promise<void> {
  const model = targetOf(argument).model ?? (await neededModel(services));
  if (model !== undefined) {
    services.selection.activate(model);
    await showText(model, false);
  }
}

/** Shows where a layer stands in the text: the one that the argument names, or the chosen one. */
export async function revealInText(services: Services, texts: TextSync, argument: unknown): Promise<void> {
  const { selection } = services;
  const target = targetOf(argument);
  const uri = target.model ?? (await neededModel(services));
  if (uri === undefined) {
    return;
  }
  const model = await selection.activate(uri).get();
  const layer = target.layer ?? selection.layerOf(model);
  if (target.layer !== undefined) {
    selection.selectLayer(uri, target.layer);
  }
  const editor = await showText(uri, true);
  if (layer !== undefined) {
    texts.reveal(editor, model, layer);
  }
}

/** @param beside leaves what is in the active editor in view, such as the model's graph */
async function showText(model: vscode.Uri, beside: boolean): Promise<vscode.TextEditor> {
  const uri = textUri(model);
  const shown = vscode.window.tabGroups.all.find(({ tabs }) =>
    tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri.toString()),
  );
  const document = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Unpool: printing the model') },
    () => vscode.workspace.openTextDocument(uri),
  );
  if (document.languageId !== TEXT_LANGUAGE) {
    await vscode.languages.setTextDocumentLanguage(document, TEXT_LANGUAGE);
  }
  const isEditorWebview = vscode.window.activeTextEditor === undefined;
  return vscode.window.showTextDocument(document, {
    viewColumn:
      shown?.viewColumn ?? (beside && isEditorWebview ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active),
    preview: false,
  });
}
