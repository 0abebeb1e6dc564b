/** Jobs that somebody has asked for by a command: a notification shows them, too. */

import * as vscode from 'vscode';

import { CancelledError } from '../../core/errors.js';
import type { Job } from '../../core/jobs/job.js';
import type { JobAbout } from './about.js';
import type { Jobs } from './jobs.js';
import { progressText, stateText } from './words.js';

/**
 * Runs a job under a notification with a bar, which can cancel it.
 * @returns undefined where somebody has cancelled it, there or in the list of jobs
 */
export async function runNotified<Part, Result>(
  jobs: Jobs,
  title: string,
  job: Job<Part, Result>,
  about: JobAbout,
  partial?: (value: Part) => void,
): Promise<Result | undefined> {
  const location = vscode.ProgressLocation.Notification;
  return vscode.window.withProgress({ location, title, cancellable: true }, async (progress, token) => {
    const { entry, result } = jobs.start(job, about, partial && { partial });
    token.onCancellationRequested(() => {
      jobs.cancel(entry);
    });
    let shown = '';
    let done = 0;
    const show = (): void => {
      const { state, progress: now } = entry;
      const message = state !== 'running' || now === undefined ? stateText(state) : progressText(now);
      if (message !== shown) {
        shown = message;
        const share = now?.share ?? 0;
        progress.report({ message, increment: Math.max(0, share - done) * 100 });
        done = Math.max(done, share);
      }
    };
    show();
    const listening = jobs.onDidChange((changed) => {
      if (changed === entry) {
        show();
      }
    });
    try {
      return await result;
    } catch (error) {
      if (error instanceof CancelledError) {
        return undefined;
      }
      throw error;
    } finally {
      listening.dispose();
    }
  });
}
