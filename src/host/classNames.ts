/** Choosing the names of a model's classes; the choice is stored in its sidecar. */

import { basename, dirname, isAbsolute, relative } from 'node:path';

import * as vscode from 'vscode';

import { UserError } from '../core/errors.js';
import { hasImagenetNames } from '../core/network/classNames.js';
import { IMAGENET_NAMES, readLabels } from '../core/network/labels.js';
import { labelsText } from './classTexts.js';
import type { ModelFile } from './modelFiles.js';

interface NamesPick extends vscode.QuickPickItem {
  readonly apply: () => Promise<unknown>;
}

/** Offers ImageNet's names where they fit, a file, none, and what is found without a choice. */
export async function chooseClassNames(file: ModelFile): Promise<void> {
  const { network, labels } = await file.get();
  const classes = network.scores?.classes;
  if (classes === undefined) {
    throw new UserError(vscode.l10n.t('{0} does not classify, so there are no classes to name.', file.name));
  }
  const imagenet: NamesPick = {
    label: `$(tag) ${vscode.l10n.t('ImageNet')}`,
    description: vscode.l10n.t(
      '1,000 classes of ILSVRC 2012, behind a background class where there are 1,001',
    ),
    apply: () => file.setLabels(IMAGENET_NAMES),
  };
  const picks: NamesPick[] = [
    ...(hasImagenetNames(classes) ? [imagenet] : []),
    {
      label: `$(file) ${vscode.l10n.t('Choose a File…')}`,
      description: vscode.l10n.t('one name a line, a table whose last column has them, or JSON'),
      apply: () => fromFile(file, classes),
    },
    {
      label: `$(circle-slash) ${vscode.l10n.t('No Names')}`,
      description: vscode.l10n.t('classes go by their numbers'),
      apply: () => file.setLabels([]),
    },
    {
      label: `$(search) ${vscode.l10n.t('As Found')}`,
      description: vscode.l10n.t('in the metadata of the model or a file beside it'),
      apply: () => file.setLabels(undefined),
    },
  ];
  const chosen = await vscode.window.showQuickPick(picks, {
    title: vscode.l10n.t('Unpool: Choose Class Names'),
    placeHolder: vscode.l10n.t('Now: {0}', labelsText(labels)),
  });
  await chosen?.apply();
}

/** Says that the names that were assumed are right. */
export async function confirmClassNames(file: ModelFile): Promise<void> {
  const { labels } = await file.get();
  if (labels.origin === 'assumed') {
    await file.setLabels(IMAGENET_NAMES);
  }
}

async function fromFile(file: ModelFile, classes: number): Promise<void> {
  const folder = dirname(file.uri.fsPath);
  const [chosen] =
    (await vscode.window.showOpenDialog({
      defaultUri: vscode.Uri.file(folder),
      title: vscode.l10n.t('Unpool: Choose Class Names'),
      filters: { [vscode.l10n.t('Class names')]: ['txt', 'tsv', 'csv', 'json'] },
    })) ?? [];
  if (chosen === undefined) {
    return;
  }
  const names = await readLabels(chosen.fsPath);
  if (names.length !== classes) {
    throw new UserError(
      vscode.l10n.t(
        '{0} has {1} names, but {2} has {3} classes: give one name for each class.',
        basename(chosen.fsPath),
        names.length,
        file.name,
        classes,
      ),
    );
  }
  // A file beside the model goes where the model goes; of one elsewhere the names are kept.
  const path = relative(folder, chosen.fsPath);
  await file.setLabels(path.startsWith('..') || isAbsolute(path) ? names : path);
}
