/** Lenses on the lines of a Python source that make layers with weights, and on the network's class. */

import * as vscode from 'vscode';

import type { Anchor } from '../../core/source/sourceMap.js';
import { layerLinks } from '../hovers/cardLinks.js';
import type { Selection } from '../selection.js';
import { orOnSetting, showsPythonLenses } from '../settings.js';
import { layerAt, layersOf } from './layerChoice.js';
import type { LinkedDocument, SourceLinks } from './sourceLinks.js';

export class PythonLenses implements vscode.CodeLensProvider {
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(
    private readonly sources: SourceLinks,
    private readonly selection: Selection,
  ) {
    this.onDidChangeCodeLenses = orOnSetting(sources.onDidChange, 'python.codeLens');
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const linked = showsPythonLenses(document) ? await this.sources.of(document) : undefined;
    if (linked === undefined) {
      return [];
    }
    const made = linked.anchors.filter(({ role, isLeaf }) => role === 'creation' && isLeaf);
    return [...ofModel(linked, document), ...byLine(made).flatMap((anchor) => this.ofLine(linked, anchor))];
  }

  private ofLine({ model }: LinkedDocument, anchor: Anchor): vscode.CodeLens[] {
    const uri = model.uri.toString();
    const { line } = anchor.range.start;
    const weighted = layersOf(model, anchor.layers).filter(({ parameters }) => parameters > 0);
    const layer = layerAt(this.selection, model, { ...anchor, layers: weighted.map(({ name }) => name) });
    const view = model.view.layers.find(({ name }) => name === layer);
    if (layer === undefined || view === undefined) {
      return [];
    }
    const several =
      weighted.length === 1
        ? []
        : [
            lens(line, {
              title: vscode.l10n.t('{0} layers', weighted.length),
              command: 'unpool.goToLayer',
              arguments: [{ uri, layers: weighted.map(({ name }) => name) }],
            }),
          ];
    return [
      ...several,
      ...layerLinks(view).map(({ command, title }) =>
        lens(line, { title, command: `unpool.${command}`, arguments: [{ uri, layer }] }),
      ),
    ];
  }
}

/** The model that the source is taken for, on its class. */
function ofModel(
  { map, model, all, firstLine }: LinkedDocument,
  document: vscode.TextDocument,
): vscode.CodeLens[] {
  const { owner } = map;
  const line = owner?.file === all.file ? owner.start.line - firstLine : -1;
  if (line < 0 || line >= document.lineCount) {
    return [];
  }
  const { name } = model.view;
  const title =
    all.links.length === 1
      ? vscode.l10n.t('Unpool: {0}', name)
      : all.isAmbiguous
        ? vscode.l10n.t('Unpool: {0} (one of {1} models: choose)', name, all.links.length)
        : vscode.l10n.t('Unpool: {0} (of {1} models)', name, all.links.length);
  return [lens(line, { title, command: 'unpool.chooseSourceModel', arguments: [{ file: all.file }] })];
}

/** Places that begin in the same line as one. */
function byLine(anchors: readonly Anchor[]): readonly Anchor[] {
  const lines = new Map<number, Anchor>();
  for (const anchor of anchors) {
    const { line } = anchor.range.start;
    const known = lines.get(line);
    const layers = new Set([...(known?.layers ?? []), ...anchor.layers]);
    lines.set(line, { ...(known ?? anchor), layers: [...layers] });
  }
  return [...lines.values()];
}

function lens(line: number, command: vscode.Command): vscode.CodeLens {
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), command);
}
