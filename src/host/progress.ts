/** Work that a person waits for, with a way to end it. */

import * as vscode from 'vscode';

import { CancelledError } from '../core/errors.js';

/**
 * Runs work under a notification with a bar.
 * @returns undefined where the user cancelled
 */
export async function withCancellableProgress<T>(
  title: string,
  work: (signal: AbortSignal, report: (message: string, share: number) => void) => Promise<T>,
): Promise<T | undefined> {
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => {
        controller.abort();
      });
      let done = 0;
      try {
        return await work(controller.signal, (message, share) => {
          progress.report({ message, increment: Math.max(0, share - done) * 100 });
          done = Math.max(done, share);
        });
      } catch (error) {
        if (error instanceof CancelledError) {
          return undefined;
        }
        throw error;
      }
    },
  );
}
