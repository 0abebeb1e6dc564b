/** What is said of a network's classes: what their scores are and where their names come from. */

import * as vscode from 'vscode';

import type { ChosenLabels } from '../core/network/chosenLabels.js';
import type { ScoreKind } from '../core/network/scoreKind.js';

export function scoresText(kind: ScoreKind): string {
  switch (kind) {
    case 'logits':
      return vscode.l10n.t('softmax of logits');
    case 'softmax':
      return vscode.l10n.t('softmax probabilities');
    case 'log-softmax':
      return vscode.l10n.t('exponentials of a log-softmax');
    case 'sigmoid':
      return vscode.l10n.t('independent probabilities (sigmoid)');
    case 'multilabel-logits':
      return vscode.l10n.t('independent probabilities (sigmoid of logits)');
  }
}

export function labelsText({ names, origin, from }: ChosenLabels): string {
  switch (origin) {
    case 'asked':
    case 'sidecar':
      return names.length === 0 ? vscode.l10n.t('none') : vscode.l10n.t('from {0}', from);
    case 'metadata':
      return vscode.l10n.t('from the metadata of the model ({0})', from);
    case 'file':
      return vscode.l10n.t('from {0} beside the model', from);
    case 'assumed':
      return vscode.l10n.t('ImageNet, assumed');
    case 'none':
      return vscode.l10n.t('not known');
  }
}
