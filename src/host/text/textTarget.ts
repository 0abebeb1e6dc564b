/** Findings in the open texts of models, at the line of the node. */

import * as vscode from 'vscode';

import type { Problem } from '../../core/problems/problem.js';
import type { TextIndex, TextNode } from '../../core/onnx/text/textIndex.js';
import type { ModelTexts, ShownText } from './modelTexts.js';
import { nodeOfLayer } from './textLayers.js';
import { modelOfText, TEXT_SCHEME } from './textUri.js';
import type { DiagnosticsTarget } from '../diagnostics/targets.js';

export class TextTarget implements DiagnosticsTarget {
  readonly name = 'text';
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

  locate(model: vscode.Uri, problem: Problem): readonly vscode.Location[] | undefined {
    const shown = vscode.workspace.textDocuments.flatMap((document) => {
      const isOfModel = !document.isClosed && modelOfText(document.uri)?.toString() === model.toString();
      const text = isOfModel ? this.texts.of(document) : undefined;
      return text?.file.current === undefined ? [] : [{ document, text }];
    });
    return shown.length === 0
      ? undefined
      : shown.map(({ document, text }) => new vscode.Location(document.uri, rangeOf(text, problem)));
  }

  dispose(): void {
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }
}

/** The line of the node; the first line for what is about the whole model. */
function rangeOf(shown: ShownText, problem: Problem): vscode.Range {
  const node = nodeOf(shown, problem);
  return node === undefined ? new vscode.Range(0, 0, 0, 0) : firstLine(shown.index, node);
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
