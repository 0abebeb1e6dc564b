/** What `when` clauses ask for. */

import * as vscode from 'vscode';

import { canPause, canStartAgain, isEnded, isPaused } from './jobs/about.js';
import type { Jobs } from './jobs/jobs.js';
import type { Selection } from './selection.js';

export function maintainContextKeys(selection: Selection, jobs: Jobs): vscode.Disposable {
  const values = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (values.get(key) !== value) {
      values.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  const update = (): void => {
    set('unpool.hasModel', selection.file !== undefined);
    set('unpool.hasPhoto', selection.photo !== undefined);
    set('unpool.isBusy', selection.engine.isBusy);
  };
  const updateJobs = (): void => {
    const { all } = jobs;
    set('unpool.hasJobs', all.length > 0);
    set('unpool.hasUnfinishedJobs', !all.every(isEnded));
    set('unpool.hasEndedJobs', all.some(isEnded));
    set('unpool.hasPausableJobs', all.some(canPause));
    set('unpool.hasPausedJobs', all.some(isPaused));
    set('unpool.hasJobsToStartAgain', all.some(canStartAgain));
  };
  update();
  updateJobs();
  return vscode.Disposable.from(
    selection.onDidChangeModel(update),
    selection.onDidChangeSelection(update),
    jobs.onDidChange((entry) => {
      if (entry === undefined) {
        updateJobs();
      }
    }),
  );
}
