/** Lenses on the lines of a Python source that make layers with weights, and on the network's class. */

import * as vscode from 'vscode';

import type { Anchor, FoldedPlace } from '../../core/source/sourceMap.js';
import type { LayerView } from '../../protocol/view.js';
import { layerLinks } from '../hovers/cardLinks.js';
import { orOnSetting, showsPythonLenses } from '../settings.js';
import { foldedText } from './layerChoice.js';
import type { LinkedDocument, SourceLinks } from './sourceLinks.js';

export class PythonLenses implements vscode.CodeLensProvider {
  readonly onDidChangeCodeLenses: vscode.Event<void>;

  constructor(private readonly sources: SourceLinks) {
    this.onDidChangeCodeLenses = orOnSetting(sources.onDidChange, 'python.codeLens');
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const linked = showsPythonLenses(document) ? await this.sources.of(document) : undefined;
    if (linked === undefined) {
      return [];
    }
    const made = linked.anchors.filter(({ role, isLeaf }) => role === 'creation' && isLeaf);
    const folded = linked.folded.filter(({ role }) => role === 'creation');
    return [
      ...ofModel(linked, document),
      ...byLine(made).flatMap((anchor) => ofLine(linked, anchor)),
      ...folded.map((place) => ofFolded(linked, place)),
    ];
  }
}

function ofLine({ model }: LinkedDocument, anchor: Anchor): vscode.CodeLens[] {
  const uri = model.uri.toString();
  const { line } = anchor.range.start;
  const weighted = model.view.layers.filter(
    ({ name, parameters }) => parameters > 0 && anchor.layers.includes(name),
  );
  // Of several the command takes the chosen one, or asks.
  const about = (layers: readonly LayerView[]): object =>
    layers.length === 1 ? { uri, layer: layers[0]?.name } : { uri, layers: layers.map(({ name }) => name) };
  const links = new Map(weighted.flatMap(layerLinks).map((link) => [link.command, link]));
  const several =
    weighted.length < 2
      ? []
      : [
          lens(line, {
            title: vscode.l10n.t('{0} layers', weighted.length),
            command: 'unpool.goToLayer',
            arguments: [about(weighted)],
          }),
        ];
  return [
    ...several,
    ...[...links.values()].map(({ command, title }) => {
      const shown = weighted.filter((view) => layerLinks(view).some((link) => link.command === command));
      return lens(line, { title, command: `unpool.${command}`, arguments: [about(shown)] });
    }),
  ];
}

/** The layers that a normalisation without a layer of its own went into. */
function ofFolded({ model }: LinkedDocument, place: FoldedPlace): vscode.CodeLens {
  const text = foldedText(place);
  return lens(place.range.start.line, {
    title: text.slice(0, 1).toLocaleUpperCase(vscode.env.language) + text.slice(1),
    command: 'unpool.goToLayer',
    arguments: [{ uri: model.uri.toString(), layers: place.into }],
  });
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
