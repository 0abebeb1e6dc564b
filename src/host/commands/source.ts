/** From a layer to the source that makes it, and back. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import { UserError } from '../../core/errors.js';
import { placesAt } from '../../core/source/sourceMap.js';
import type { SourceRange } from '../../core/source/positions.js';
import type { OpenModel } from '../modelFiles.js';
import type { Panels } from '../panels/panels.js';
import type { LinkedDocument, SourceLinks } from '../python/sourceLinks.js';
import { cellAt, fileOf } from '../python/sourceTexts.js';
import type { Services } from '../services.js';
import { neededModel } from './models.js';
import { layersIn, pickLayer } from './pickLayer.js';
import { targetOf } from './target.js';

/**
 * Shows the line that makes a layer: the one that the argument names, or the chosen one.
 * @throws UserError where no source of the workspace makes it
 */
export async function goToSource(services: Services, sources: SourceLinks, argument: unknown): Promise<void> {
  const { selection } = services;
  const target = targetOf(argument);
  const uri = target.model ?? (await neededModel(services));
  if (uri === undefined) {
    return;
  }
  const model = await selection.activate(uri).get();
  const layer = target.layer ?? selection.layerOf(model);
  if (layer === undefined) {
    return;
  }
  selection.selectLayer(uri, layer);
  const source = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Unpool: reading Python sources') },
    () => sources.sourceOf(model, layer),
  );
  const at = source?.created.at(-1) ?? source?.calls[0];
  if (at === undefined) {
    throw new UserError(
      vscode.l10n.t(
        'No Python source in this workspace creates {0} of {1}: open the folder with the code that the model was exported from.',
        layer,
        model.view.name,
      ),
    );
  }
  await reveal(at);
}

async function reveal({ file, start }: SourceRange): Promise<void> {
  const cell = cellAt(file, start.line);
  const document = cell?.document ?? (await vscode.workspace.openTextDocument(vscode.Uri.file(file)));
  const line = cell?.line ?? start.line;
  // A selected range would be scrolled to its end.
  const selection = new vscode.Range(line, start.column, line, start.column);
  const shown = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  await vscode.window.showTextDocument(document, {
    selection,
    viewColumn: shown?.viewColumn ?? vscode.ViewColumn.Active,
    preview: false,
  });
}

/** Shows the layer at the cursor in the model's editor; the argument of a link names it, or several to choose from. */
export async function goToLayer(
  services: Services,
  panels: Panels,
  sources: SourceLinks,
  argument: unknown,
): Promise<void> {
  const found = await layerFor(services, sources, argument, vscode.l10n.t('Unpool: Go to Layer'));
  if (found !== undefined) {
    await panels.show('architecture', found.model.uri, { layer: found.layer });
  }
}

/** Shows the feature maps of the layer at the cursor beside the source, which keeps the focus. */
export async function peekFeatureMaps(
  services: Services,
  panels: Panels,
  sources: SourceLinks,
  argument: unknown,
): Promise<void> {
  const title = vscode.l10n.t('Unpool: Peek Feature Maps');
  const found = await layerFor(services, sources, argument, title, ({ hasMaps }) => hasMaps);
  if (found !== undefined) {
    await panels.show('featureMaps', found.model.uri, { layer: found.layer, keepsFocus: true });
  }
}

interface ChosenLayer {
  readonly model: OpenModel;
  readonly layer: string;
}

type LayerFilter = (view: OpenModel['view']['layers'][number]) => boolean;

async function layerFor(
  { selection }: Services,
  sources: SourceLinks,
  argument: unknown,
  title: string,
  isWanted: LayerFilter = () => true,
): Promise<ChosenLayer | undefined> {
  const target = targetOf(argument);
  if (target.model !== undefined) {
    const model = await selection.activate(target.model).get();
    return chooseOf(model, target.layer === undefined ? layersIn(argument) : [target.layer], title);
  }
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== 'python') {
    throw new UserError(vscode.l10n.t('Put the cursor on a layer in Python source first.'));
  }
  const first = await sources.of(editor.document);
  if (first?.all.isAmbiguous === true && !(await chooseSourceModel(sources, { file: first.all.file }))) {
    return undefined;
  }
  const linked = await sources.of(editor.document);
  if (linked === undefined) {
    throw new UserError(
      vscode.l10n.t(
        'No model of this workspace was exported from {0}; add its .onnx file to the folder, or open it once.',
        basename(fileOf(editor.document)),
      ),
    );
  }
  const names = layersAtCursor(linked, editor.selection.active, isWanted);
  if (names.length === 0) {
    throw new UserError(vscode.l10n.t('No layer of {0} is created here.', linked.model.view.name));
  }
  return chooseOf(linked.model, names, title);
}

/** The layers of the innermost place around the cursor, or else of the cursor's line. */
function layersAtCursor(
  { anchors, model }: LinkedDocument,
  { line, character }: vscode.Position,
  isWanted: LayerFilter,
): readonly string[] {
  const wanted = (names: readonly string[]): readonly string[] =>
    names.filter((name) => model.view.layers.some((view) => view.name === name && isWanted(view)));
  const [at] = placesAt(anchors, { line, column: character }).filter(
    ({ layers }) => wanted(layers).length > 0,
  );
  const inLine = anchors.filter(({ range }) => range.start.line === line).flatMap(({ layers }) => layers);
  return wanted(at?.layers ?? [...new Set(inLine)]);
}

async function chooseOf(
  model: OpenModel,
  names: readonly string[],
  title: string,
): Promise<ChosenLayer | undefined> {
  const layer = await pickLayer(model, names, title);
  return layer === undefined ? undefined : { model, layer };
}

/** Lets the user say which model a source makes; it is remembered. False where the user did not choose. */
export async function chooseSourceModel(sources: SourceLinks, argument: unknown): Promise<boolean> {
  const { file: named } = (argument ?? {}) as { readonly file?: unknown };
  const document = vscode.window.activeTextEditor?.document;
  const file = typeof named === 'string' ? named : document && fileOf(document);
  const all = file === undefined ? undefined : await sources.ofFile(file);
  if (file === undefined || all === undefined) {
    throw new UserError(
      vscode.l10n.t(
        'No model of this workspace was exported from {0}; add its .onnx file to the folder, or open it once.',
        basename(file ?? vscode.l10n.t('this file')),
      ),
    );
  }
  const chosen = await vscode.window.showQuickPick(
    all.links.map(({ model, map }, place) => ({
      label: model.view.name,
      description: vscode.workspace.asRelativePath(model.uri),
      detail: vscode.l10n.t('{0} % of its layers with weights', Math.round(map.coverage * 100)),
      iconPath: new vscode.ThemeIcon(place === 0 ? 'eye' : 'file-binary'),
      uri: model.uri,
    })),
    {
      title: vscode.l10n.t('Unpool: Model of {0}', basename(file)),
      placeHolder: vscode.l10n.t('Models exported from this source'),
      matchOnDescription: true,
    },
  );
  if (chosen !== undefined) {
    await sources.choose(file, chosen.uri);
  }
  return chosen !== undefined;
}
