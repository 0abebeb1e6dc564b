/** The URI of a model's text, and back. */

import * as vscode from 'vscode';

export const TEXT_SCHEME = 'unpool-onnx';
/** What onnx's own tools call the textual syntax. */
export const TEXT_LANGUAGE = 'onnx';

/** The document that shows a model as text; its tab is named `alexnet.onnxtxt`. */
export function textUri(model: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({
    scheme: TEXT_SCHEME,
    path: model.path.replace(/(\.onnx)?$/i, '.onnxtxt'),
    query: model.toString(),
  });
}

/** The model whose text a document is; undefined for any other document. */
export function modelOfText(uri: vscode.Uri): vscode.Uri | undefined {
  return uri.scheme === TEXT_SCHEME ? vscode.Uri.parse(uri.query, true) : undefined;
}
