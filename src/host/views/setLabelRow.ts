/** The row of a label of a photo set: how many photos have it, and which class it means. */

import * as vscode from 'vscode';

import type { ClassMatch } from '../../core/photos/classMatch.js';
import type { OpenModel } from '../modelFiles.js';

/** Photos of a label; null for those that have none. */
export interface LabelItem {
  readonly kind: 'label';
  readonly set: string;
  readonly label: string | null;
  readonly photos: number;
  /** Undefined where the model has no classes, or there is no model. */
  readonly match: ClassMatch | undefined;
}

export function labelRow(
  { set, label, photos, match }: LabelItem,
  model: OpenModel | undefined,
): vscode.TreeItem {
  const row = new vscode.TreeItem(
    label ?? vscode.l10n.t('no label'),
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  const { icon, text, tooltip } = classOf(match, model?.view.labels ?? []);
  row.id = `label ${set} ${JSON.stringify(label)}`;
  row.contextValue = ['label', ...(match === undefined ? [] : ['matchable'])].join(' ');
  row.description = [
    vscode.l10n.t('{0} photos', photos.toLocaleString()),
    ...(text === '' ? [] : [text]),
  ].join(' · ');
  row.iconPath = icon;
  row.tooltip = tooltip;
  return row;
}

/** What is said of the class that a label means. */
function classOf(
  match: ClassMatch | undefined,
  names: readonly string[],
): { icon: vscode.ThemeIcon; text: string; tooltip: string | undefined } {
  if (match === undefined) {
    return { icon: new vscode.ThemeIcon('tag'), text: '', tooltip: undefined };
  }
  const { classIndex, by } = match;
  if (classIndex === undefined) {
    return by === undefined
      ? {
          icon: new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground')),
          text: vscode.l10n.t('no class'),
          tooltip: vscode.l10n.t(
            'No class of the model is called so: choose the one that is meant, or leave the label out.',
          ),
        }
      : {
          icon: new vscode.ThemeIcon('circle-slash'),
          text: vscode.l10n.t('left out'),
          tooltip: vscode.l10n.t('The sidecar of the model says that this is none of its classes.'),
        };
  }
  const name = names[classIndex] ?? '';
  const ways = {
    name: vscode.l10n.t('by its name'),
    wordnet: vscode.l10n.t('by its WordNet id'),
    index: vscode.l10n.t('by its number'),
    hand: vscode.l10n.t('by hand, in the sidecar of the model'),
  };
  return {
    icon: new vscode.ThemeIcon('tag'),
    text: name === '' ? vscode.l10n.t('class {0}', classIndex) : name,
    tooltip: vscode.l10n.t('Class {0}, {1}: matched {2}', classIndex, name, ways[by ?? 'name']),
  };
}
