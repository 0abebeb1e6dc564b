/** Findings in the open texts of models, at the line of the node. */

import * as vscode from 'vscode';

import type { Problem } from '../../core/problems/problem.js';
import type { TextIndex, TextNode } from '../../core/onnx/text/textIndex.js';
import type { ModelTexts, ShownText } from './modelTexts.js';
import { nodeOfLayer } from './textLayers.js';
import { modelOfText, TEXT_SCHEME } from './textUri.js';
import type { DiagnosticsTarget } from '../diagnostics/targets.js';

export class TextTarget implements DiagnosticsTarget {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];

  readonly onDidChange = this.changed.event;

  constructor(private readonly texts: ModelTexts) {
    const touched = ({ uri }: vscode.TextDocument): void => {
      if (uri.scheme === TEXT_SCHEME) {
        this.changed.fire();
      }
    };
    this.disposables = [
      this.changed,
      vscode.workspace.onDidOpenTextDocument(touched),
      vscode.workspace.onDidCloseTextDocument(touched),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        touched(document);
      }),
    ];
  }

  locate(model: vscode.Uri, problem: Problem): readonly vscode.Location[] {
    return vscode.workspace.textDocuments.flatMap((document) => {
      if (document.isClosed || modelOfText(document.uri)?.toString() !== model.toString()) {
        return [];
      }
      const shown = this.texts.of(document);
      const node = shown && nodeOf(shown, problem);
      return shown === undefined || node === undefined
        ? []
        : [new vscode.Location(document.uri, firstLine(shown.index, node))];
    });
  }

  dispose(): void {
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }
}

function nodeOf({ file, index }: ShownText, { node, layer }: Problem): TextNode | undefined {
  const network = file.current?.network;
  const found = network?.layers.find(({ name }) => name === layer);
  if (found !== undefined) {
    return nodeOfLayer(index, found);
  }
  const own = network?.index.graph.nodes.find(({ name }) => name === node);
  return own && (index.nodeMaking(own.outputs[0] ?? '') ?? index.nodeNamed(own.name));
}

/** From the first name on a node's first line to the parenthesis behind the last. */
function firstLine(index: TextIndex, { first }: TextNode): vscode.Range {
  const names = [...index.occurrencesBetween(first, first)];
  const start = Math.min(...names.map(({ column }) => column));
  const end = Math.max(...names.map(({ column, length }) => column + length));
  return names.length === 0
    ? new vscode.Range(first, 0, first, 1)
    : new vscode.Range(first, start, first, end + 1);
}
