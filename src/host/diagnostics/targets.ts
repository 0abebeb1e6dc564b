/** Where a finding about a layer is shown: in the model's file, in its text, at the line of code that made it. */

import * as vscode from 'vscode';

import type { Problem } from '../../core/problems/problem.js';

/** Knows places that belong to layers and nodes of models: the text of a model, a Python source. */
export interface DiagnosticsTarget {
  /** Tells its places from those of other targets. */
  readonly name: string;
  /**
   * The places of a finding; none where there is none, undefined where that cannot be told, as while the text is
   * closed: then the last known ones hold. `problem.node` is the node's name in the graph, `problem.layer` the layer's.
   */
  locate(
    model: vscode.Uri,
    problem: Problem,
  ): readonly vscode.Location[] | undefined | Promise<readonly vscode.Location[] | undefined>;
  /** Fires when places have changed, as when a document was edited. */
  readonly onDidChange?: vscode.Event<void>;
}

/**
 * The model's file itself, which has no lines. The Problems view sorts by place and then by text: columns keep the
 * findings in their order, sums above what they are of.
 */
export const MODEL_FILE = {
  locate: (model: vscode.Uri, rank: number): readonly vscode.Location[] => [
    new vscode.Location(model, new vscode.Position(0, rank)),
  ],
};
