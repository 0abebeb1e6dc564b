/** Saying which classes of the model the labels of a photo set are; kept in the model's sidecar. */

import * as vscode from 'vscode';

import type { ClassMatch } from '../../core/photos/classMatch.js';
import { UserError } from '../../core/errors.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { neededModel } from './models.js';
import { pickPhotoSet } from './photoSets.js';

interface ClassPick extends vscode.QuickPickItem {
  /** Class index; null leaves the label out, undefined goes by names again. */
  readonly chosen?: number | null | undefined;
}

/** Asks for the class of the label of a row, or one after another for all labels of a set that are no class. */
export async function matchLabels(services: Services, argument: unknown): Promise<void> {
  const { selection, photoSets } = services;
  const uri = await neededModel(services);
  if (uri === undefined) {
    return;
  }
  const file = selection.activate(uri);
  const model = await file.get();
  if (model.network.scores === undefined) {
    throw new UserError(
      vscode.l10n.t('{0} does not classify, so there are no classes that labels could be.', file.name),
    );
  }
  const { set, label } = (argument ?? {}) as { readonly set?: string; readonly label?: string };
  const root = set ?? (await pickPhotoSet(services, model, vscode.l10n.t('Unpool: Match Labels')));
  if (root === undefined) {
    return;
  }
  const matches = await photoSets.matches(root, model);
  const asked = matches.filter((match) =>
    label === undefined ? match.by === undefined : match.label === label,
  );
  if (asked.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t('Every label of this set is matched.'));
    return;
  }
  const chosen: Record<string, number | null | undefined> = {};
  for (const [place, match] of asked.entries()) {
    const pick = await pickClass(match, model, place, asked.length);
    if (pick === undefined) {
      // What has been chosen so far is kept.
      break;
    }
    chosen[match.label] = pick.chosen;
  }
  if (Object.keys(chosen).length > 0) {
    await file.setPhotoLabels(chosen);
  }
}

/** @returns undefined where the user has left */
async function pickClass(
  { label, classIndex, by }: ClassMatch,
  { view }: OpenModel,
  place: number,
  count: number,
): Promise<ClassPick | undefined> {
  const classes = Array.from({ length: view.classes }, (_, index): ClassPick => ({
    label: view.labels[index] ?? vscode.l10n.t('class {0}', index),
    description: index === classIndex ? vscode.l10n.t('{0}, as it is now', index) : String(index),
    chosen: index,
  }));
  const words = label.toLowerCase().match(/\p{L}{3,}/gu) ?? [];
  const isAlike = (pick: ClassPick): boolean =>
    words.some((word) => pick.label.toLowerCase().includes(word.replace(/s$/, '')));
  const picks: ClassPick[] = [
    {
      label: `$(circle-slash) ${vscode.l10n.t('Leave Out')}`,
      description: vscode.l10n.t('its photos are none of the classes'),
      chosen: null,
    },
    ...(by === 'hand'
      ? [
          {
            label: `$(discard) ${vscode.l10n.t('By Its Name')}`,
            description: vscode.l10n.t('forget what was chosen'),
          },
        ]
      : []),
    { label: vscode.l10n.t('Classes'), kind: vscode.QuickPickItemKind.Separator },
    ...classes.filter(isAlike),
    ...classes.filter((pick) => !isAlike(pick)),
  ];
  return vscode.window.showQuickPick(picks, {
    title:
      count === 1
        ? vscode.l10n.t('Unpool: Class of a Label')
        : vscode.l10n.t('Unpool: Class of a Label ({0} of {1})', place + 1, count),
    placeHolder: vscode.l10n.t('Which class is {0}?', label),
    matchOnDescription: true,
  });
}
