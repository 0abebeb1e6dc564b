/** What `when` clauses ask for. */

import * as vscode from 'vscode';

import type { Session } from './session.js';

export function maintainContextKeys(session: Session): vscode.Disposable {
  const values = new Map<string, boolean>();
  const set = (key: string, value: boolean): void => {
    if (values.get(key) !== value) {
      values.set(key, value);
      void vscode.commands.executeCommand('setContext', key, value);
    }
  };
  const update = (): void => {
    set('unpool.hasModel', session.file !== undefined);
    set('unpool.hasPhoto', session.photo !== undefined);
    set('unpool.isBusy', session.engine.isBusy);
  };
  update();
  return vscode.Disposable.from(session.onDidChangeModel(update), session.onDidChangeSelection(update));
}
