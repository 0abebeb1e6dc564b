/** What can be done about a finding: open the panel that shows it, write the model with two layers merged. */

import * as vscode from 'vscode';

import type { Problem } from '../../core/problems/problem.js';
import { mergeablePair } from '../../core/problems/problems.js';
import { showArguments } from './diagnostics.js';
import type { Diagnostics, Placed } from './diagnostics.js';

/** What a code action and the model editor give: the model, and the two layers; without them every pair that can be merged is. */
export interface MergeArguments {
  readonly uri: string;
  readonly first?: string;
  readonly second?: string;
}

export class ProblemActions implements vscode.CodeActionProvider {
  /** Documents of every kind: findings stand wherever a target has put them. */
  static register(diagnostics: Diagnostics): vscode.Disposable {
    return vscode.languages.registerCodeActionsProvider('*', new ProblemActions(diagnostics), {
      providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
    });
  }

  private constructor(private readonly diagnostics: Diagnostics) {}

  provideCodeActions(
    { uri }: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return diagnostics.flatMap((each) => this.diagnostics.at(uri, each)).flatMap(actionsFor);
  }
}

function actionsFor(placed: Placed): vscode.CodeAction[] {
  const { model, problem, diagnostic } = placed;
  const action = (
    title: string,
    command: string,
    argument: unknown,
    isPreferred: boolean,
  ): vscode.CodeAction => {
    const made = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    made.diagnostics = [diagnostic];
    made.isPreferred = isPreferred;
    made.command = { title, command, arguments: [argument] };
    return made;
  };
  const pair = mergeablePair(problem);
  return [
    ...(pair
      ? [
          action(
            vscode.l10n.t("Write a Model with '{0}' and '{1}' Merged...", pair.first, pair.second),
            'unpool.mergeLinearLayers',
            { uri: model.toString(), ...pair } satisfies MergeArguments,
            true,
          ),
        ]
      : []),
    action(panelTitle(problem), 'unpool.showProblem', showArguments(model, problem), pair === undefined),
  ];
}

function panelTitle({ panel, layer }: Problem): string {
  const of = layer ?? '';
  switch (panel) {
    case 'kernels':
      return of === '' ? vscode.l10n.t('Show Kernels') : vscode.l10n.t('Show Kernels of {0}', of);
    case 'featureMaps':
      return of === '' ? vscode.l10n.t('Show Feature Maps') : vscode.l10n.t('Show Feature Maps of {0}', of);
    case 'activations':
      return of === ''
        ? vscode.l10n.t('Compare Activation Functions')
        : vscode.l10n.t('Compare Activation Functions for {0}', of);
    case 'predictions':
      return vscode.l10n.t('Show Predictions');
    case 'architecture':
      return of === ''
        ? vscode.l10n.t('Show Architecture')
        : vscode.l10n.t('Show {0} in the Architecture', of);
  }
}
