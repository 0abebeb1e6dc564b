/** What a person is told who has prepared for CUDA and does not get it. */

import * as vscode from 'vscode';

import { installedVersions } from '../runtime/cuda/install.js';
import type { EngineStatus } from '../runtime/messages.js';

/** CUDA was passed over. @param instead what the networks run on, in words */
export function tellOfFallback(
  { unused }: EngineStatus,
  instead: string,
  log: vscode.LogOutputChannel,
): void {
  const cuda = unused.find(({ provider }) => provider === 'cuda');
  if (cuda !== undefined) {
    const message = vscode.l10n.t(
      'CUDA does not work here, so Unpool runs on {0}: {1} CUDA needs an NVIDIA driver, CUDA and cuDNN that fit each other.',
      instead,
      cuda.why,
    );
    warn(message, { label: vscode.l10n.t('Show Log'), command: 'unpool.showLog' }, log);
  }
}

/** An update of the extension may have brought an onnxruntime that what was installed does not fit. */
export function tellOfOldCuda(storage: string, log: vscode.LogOutputChannel): void {
  const versions = installedVersions(storage);
  if (versions.length > 0) {
    const message = vscode.l10n.t(
      'The CUDA libraries that are installed are of onnxruntime {0}, and Unpool now has another. It runs without them until they are installed again.',
      versions.join(', '),
    );
    warn(message, { label: vscode.l10n.t('Install'), command: 'unpool.installCudaRuntime' }, log);
  }
}

interface Action {
  readonly label: string;
  readonly command: string;
}

function warn(message: string, { label, command }: Action, log: vscode.LogOutputChannel): void {
  log.warn(message);
  void vscode.window
    .showWarningMessage(message, label)
    .then((chosen) => (chosen === label ? vscode.commands.executeCommand(command) : undefined));
}
