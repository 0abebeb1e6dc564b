/** Shapes behind the lines of a Python source that make layers, where source and model agree exactly. */

import * as vscode from 'vscode';

import type { Anchor } from '../../core/source/sourceMap.js';
import { orOnSetting, showsInlayShapes } from '../settings.js';
import { layersOf, shapesText } from './layerChoice.js';
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
    return [...made, ...called]
      .filter((anchor) => range.contains(rangeOf(anchor).end))
      .flatMap((anchor) => hint(linked, anchor));
  }
}

function hint({ model, anchors }: LinkedDocument, anchor: Anchor): vscode.InlayHint[] {
  const layers = layersOf(model, anchor.layers);
  const text = shapesText(isOfContainer(anchor, anchors) ? layers.slice(-1) : layers);
  if (text === '') {
    return [];
  }
  const made = new vscode.InlayHint(rangeOf(anchor).end, `→ ${text}`, vscode.InlayHintKind.Type);
  made.paddingLeft = true;
  made.tooltip = vscode.l10n.t('Output of {0} in {1}', anchor.layers.join(', '), model.view.name);
  return [made];
}

/** True for a call of a Sequential, of which the last layer's output comes out. */
function isOfContainer(call: Anchor, anchors: readonly Anchor[]): boolean {
  return anchors.some(
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
