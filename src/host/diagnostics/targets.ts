/** Where a finding about a layer is shown: in the model's file, in its text, at the line of code that made it. */

import * as vscode from 'vscode';

import type { Problem } from '../../core/problems/problem.js';

/** Knows places that belong to layers and nodes of models: the text of a model, a Python source. */
export interface DiagnosticsTarget {
  /**
   * The places of a finding; none where this target knows none. `problem.node` is the node's name in the graph,
   * `problem.layer` the layer's.
   */
  locate(
    model: vscode.Uri,
    problem: Problem,
  ): readonly vscode.Location[] | Promise<readonly vscode.Location[]>;
  /** Fires when places have changed, as when a document was edited. */
  readonly onDidChange?: vscode.Event<void>;
}

/** The model's file itself, which has no lines. */
export const MODEL_FILE = {
  locate: (model: vscode.Uri): readonly vscode.Location[] => [
    new vscode.Location(model, new vscode.Position(0, 0)),
  ],
};
