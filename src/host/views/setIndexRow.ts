/** The row of a photo set that says how far the active model's index of it is. */

import * as vscode from 'vscode';

import type { IndexView } from '../../protocol/indexView.js';
import { isEnded } from '../jobs/about.js';
import type { Services } from '../services.js';

export async function indexRow(
  { indexes, selection, jobs }: Pick<Services, 'indexes' | 'selection' | 'jobs'>,
  set: string,
): Promise<vscode.TreeItem> {
  const { file } = selection;
  const own = file === undefined ? [] : (await indexes.of(file)).filter(({ root }) => root === set);
  const usable = own.find(({ problem }) => problem === null);
  const problem = usable === undefined ? (own[0]?.problem ?? undefined) : undefined;
  const isWhole = usable !== undefined && usable.indexed === usable.photos;
  const isRunning = jobs.all.some(
    (job) =>
      !isEnded(job) && job.about.again.command === 'indexPhotos' && job.about.again.argument['set'] === set,
  );
  const row = new vscode.TreeItem(
    usable === undefined
      ? vscode.l10n.t('Not indexed')
      : vscode.l10n.t('Indexed {0} of {1}', usable.indexed.toLocaleString(), usable.photos.toLocaleString()),
  );
  row.id = `index ${set}`;
  row.description = file?.name ?? '';
  row.contextValue = [
    'index',
    ...((usable?.indexed ?? 0) > 0 ? ['there'] : []),
    ...(isWhole || isRunning ? [] : ['open']),
  ].join(' ');
  row.iconPath = isRunning
    ? new vscode.ThemeIcon('loading~spin')
    : isWhole
      ? new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'))
      : new vscode.ThemeIcon(problem === undefined ? 'circle-large-outline' : 'warning');
  row.tooltip = problem ?? (isWhole ? wholeText(usable, file?.name ?? '') : openText());
  return row;
}

function wholeText({ store }: IndexView, model: string): string {
  return vscode.l10n.t('{0} has seen every photo of this set: {1}', model, store);
}

function openText(): string {
  return vscode.l10n.t(
    'An index says which photos excite each feature map, and which photos are alike. A run that was stopped goes on where it was.',
  );
}
