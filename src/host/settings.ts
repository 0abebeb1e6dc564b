/** The settings of the extension. */

import * as vscode from 'vscode';

import type { Preprocessing } from '../core/network/preprocessing.js';
import { PRESETS } from '../core/network/preprocessing.js';
import type { ProviderChoice } from '../runtime/messages.js';

export const SECTION = 'unpool';

const PROVIDERS: readonly ProviderChoice[] = ['auto', 'cpu', 'cuda', 'webgpu'];

export interface EngineSettings {
  readonly provider: ProviderChoice;
  /** Undefined leaves the number to onnxruntime. */
  readonly threads: number | undefined;
  readonly runtimePath: string | undefined;
}

/** What the engine is started with. In a restricted workspace no foreign runtime is loaded. */
export function engineSettings(): EngineSettings {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const threads = settings.get<number>('threads', 0);
  const runtimePath = settings.get<string>('runtime.path', '').trim();
  return {
    provider: PROVIDERS.find((provider) => provider === settings.get('provider')) ?? 'auto',
    threads: threads > 0 ? threads : undefined,
    runtimePath: runtimePath !== '' && vscode.workspace.isTrusted ? runtimePath : undefined,
  };
}

/** The preprocessing for models whose sidecar names none; undefined where the user has not chosen one. */
export function defaultPreprocessing(): Preprocessing | undefined {
  const settings = vscode.workspace.getConfiguration(SECTION);
  const chosen = settings.inspect<string>('preprocessing');
  const isChosen = [chosen?.globalValue, chosen?.workspaceValue, chosen?.workspaceFolderValue].some(
    (value) => value !== undefined,
  );
  return isChosen ? PRESETS.get(settings.get('preprocessing', '')) : undefined;
}

/** Whether lines of a Python source that make layers have lenses. */
export function showsPythonLenses(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration(SECTION, document).get('python.codeLens', true);
}

/** Whether lines of a Python source that make layers show the shapes that come out. */
export function showsInlayShapes(document: vscode.TextDocument): boolean {
  return vscode.workspace.getConfiguration(SECTION, document).get('inlayShapes', true);
}

/** The event, which also fires when one of the extension's settings changes. */
export function orOnSetting(event: vscode.Event<void>, setting: string): vscode.Event<void> {
  return (listener, self: unknown, disposables) => {
    const listening = vscode.Disposable.from(
      event(listener, self),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`${SECTION}.${setting}`)) {
          listener.call(self);
        }
      }),
    );
    disposables?.push(listening);
    return listening;
  };
}
