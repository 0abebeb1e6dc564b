/** Shapes behind the lines of a Python source that make layers, where source and model agree exactly. */

import * as vscode from 'vscode';

import type { Anchor, FoldedPlace } from '../../core/source/sourceMap.js';
import { orOnSetting, showsInlayShapes } from '../settings.js';
import { foldedSentence, foldedText, layersOf, shapesText } from './layerChoice.js';
import { rangeOf } from './pythonHovers.js';
import type { LinkedDocument, SourceLinks } from './sourceLinks.js';

export class PythonInlays implements vscode.InlayHintsProvider {
  readonly onDidChangeInlayHints: vscode.Event<void>;

  constructor(private readonly sources: SourceLinks) {
    this.onDidChangeInlayHints = orOnSetting(sources.onDidChange, 'inlayShapes');
  }

  async provideInlayHints(document: vscode.TextDocument, range: vscode.Range): Promise<vscode.InlayHint[]> {
    const linked = showsInlayShapes(document) ? await this.sources.of(document) : undefined;
    if (linked?.map.isExact !== true) {
      return [];
    }
    const made = linked.anchors.filter(({ role, isLeaf }) => role === 'creation' && isLeaf);
    const called = outermost(linked.anchors.filter(({ role }) => role === 'call'));
    const folded = linked.folded.filter(({ role }) => role === 'creation');
    const isAsked = (place: Anchor | FoldedPlace): boolean => range.contains(rangeOf(place).end);
    return [
      ...[...made, ...called].filter(isAsked).flatMap((anchor) => hint(linked, anchor)),
      ...folded.filter(isAsked).map((place) => foldedHint(linked, place)),
    ];
  }
}

function hint({ model, anchors }: LinkedDocument, anchor: Anchor): vscode.InlayHint[] {
  const { outputs } = containerCalledAt(anchor, anchors) ?? anchor;
  const layers = layersOf(model, outputs);
  const text = shapesText(layers);
  return text === ''
    ? []
    : [
        behind(
          anchor,
          text,
          [
            vscode.l10n.t('Output of {0} in {1}', anchor.layers.join(', '), model.view.name),
            ...(layers.length > 1 ? layers.map((layer) => `${layer.name}: ${shapesText([layer])}`) : []),
          ].join('\n'),
        ),
      ];
}

function foldedHint({ model }: LinkedDocument, place: FoldedPlace): vscode.InlayHint {
  return behind(place, foldedText(place), foldedSentence(model, place));
}

function behind(place: Anchor | FoldedPlace, text: string, tooltip: string): vscode.InlayHint {
  const made = new vscode.InlayHint(rangeOf(place).end, `→ ${text}`, vscode.InlayHintKind.Type);
  made.paddingLeft = true;
  made.tooltip = tooltip;
  return made;
}

/** The Sequential that is called in a place: what comes out is the output of its last layer. */
function containerCalledAt(call: Anchor, anchors: readonly Anchor[]): Anchor | undefined {
  return anchors.find(
    ({ role, isLeaf, range: { start } }) =>
      role === 'use' &&
      !isLeaf &&
      start.line === call.range.start.line &&
      start.column === call.range.start.column,
  );
}

/** Calls that are not within another one of the same line: a line has one shape. */
function outermost(calls: readonly Anchor[]): readonly Anchor[] {
  const ranges = calls.map((call) => rangeOf(call));
  return calls.filter((_, place) => {
    const own = ranges[place];
    return !ranges.some(
      (other) => other !== own && own !== undefined && other.contains(own) && other.end.line === own.end.line,
    );
  });
}
