/** Installing onnxruntime's CUDA libraries into the extension's storage. */

import { join } from 'node:path';

import * as vscode from 'vscode';

import { UserError } from '../../core/errors.js';
import { cudaPackage } from '../../runtime/cuda/cudaPackage.js';
import { checkCudaPlatform, cudaInstallationJob, installedCuda } from '../../runtime/cuda/install.js';
import { runNotified } from '../jobs/notified.js';
import type { Services } from '../services.js';
import { engineSettings } from '../settings.js';

/** Downloads and installs, starts the engine anew, and tells what it runs on. */
export async function installCudaRuntime(services: Services): Promise<void> {
  const { cudaStorage, log } = services;
  checkCudaPlatform();
  checkSettings();
  const { version } = cudaPackage();
  const installed = installedCuda(cudaStorage, version);
  if (installed !== undefined && !(await asksForAnother(version, installed))) {
    return;
  }
  const folder = await download(services);
  if (folder === undefined) {
    return;
  }
  log.info(`installed the CUDA libraries of onnxruntime ${version} in ${folder}`);
  await tellWhatRuns(services, version);
}

function checkSettings(): void {
  if (!vscode.workspace.isTrusted) {
    throw new UserError(
      vscode.l10n.t(
        'Nothing is installed in restricted mode: trust this workspace first (Manage Workspace Trust).',
      ),
    );
  }
  const { runtimePath } = engineSettings();
  if (runtimePath !== undefined) {
    throw new UserError(
      vscode.l10n.t(
        'The setting unpool.runtime.path names {0}, which is used in place of what would be installed: empty it first.',
        runtimePath,
      ),
    );
  }
}

async function asksForAnother(version: string, folder: string): Promise<boolean> {
  const again = vscode.l10n.t('Install Again');
  const message = vscode.l10n.t(
    'The CUDA libraries of onnxruntime {0} are installed already, in {1}.',
    version,
    folder,
  );
  return (await vscode.window.showInformationMessage(message, again)) === again;
}

/** @returns the folder; undefined where the user cancelled */
function download({ cudaStorage, extensionUri, jobs }: Services): Promise<string | undefined> {
  const wanted = cudaPackage();
  const job = cudaInstallationJob({
    package: wanted,
    storage: cudaStorage,
    packages: join(extensionUri.fsPath, 'node_modules'),
  });
  const title = vscode.l10n.t('Unpool: installing the CUDA libraries of onnxruntime {0}', wanted.version);
  return runNotified(jobs, title, job, {
    subject: 'CUDA',
    title: vscode.l10n.t('Installing CUDA Libraries'),
    detail: `onnxruntime ${wanted.version}`,
    place: { kind: 'log' },
    again: { command: 'installCudaRuntime', argument: {} },
    turn: 'now',
    canPause: false,
  });
}

async function tellWhatRuns({ engine }: Services, version: string): Promise<void> {
  const { provider } = engineSettings();
  engine.restart();
  if (provider !== 'auto' && provider !== 'cuda') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'The CUDA libraries of onnxruntime {0} are installed. The setting unpool.provider is {1}: auto or cuda uses them.',
        version,
        provider,
      ),
    );
    return;
  }
  // Where CUDA does not work, the engine says so by itself, or as an error.
  const status = await engine.status();
  if (status.provider === 'cuda') {
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        'The CUDA libraries of onnxruntime {0} are installed: networks run on CUDA now.',
        version,
      ),
    );
  }
}
