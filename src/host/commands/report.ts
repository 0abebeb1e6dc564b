/** Writing everything about a model and a photo into one HTML page. */

import { readFile } from 'node:fs/promises';

import * as vscode from 'vscode';

import { CancelledError } from '../../core/errors.js';
import { fillValues } from '../../core/occlusion/fill.js';
import { collectReport } from '../../core/report/collect.js';
import { reportPage } from '../../core/report/page.js';
import { VERSION } from '../../version.js';
import { webviewFolder } from '../panels/html.js';
import type { Services } from '../services.js';
import { neededModel } from './models.js';
import { choosePhoto } from './photos.js';

const STRIDE = 8;

/** Asks where to, runs every analysis with progress, and writes. */
export async function exportReport(services: Services): Promise<void> {
  const { session } = services;
  const uri = await neededModel(services);
  if (uri !== undefined && session.photo === undefined) {
    await choosePhoto(services);
  }
  const { photo } = session;
  if (uri === undefined || photo === undefined) {
    return;
  }
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Unpool: Export Report'),
    filters: { HTML: ['html'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, 'unpool-report.html') }),
  });
  if (target === undefined) {
    return;
  }
  const isWritten = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Unpool: report'),
      cancellable: true,
    },
    async (progress, token) => {
      const controller = new AbortController();
      token.onCancellationRequested(() => {
        controller.abort();
      });
      try {
        const page = await render(services, uri, photo, controller.signal, (message) => {
          progress.report({ message });
        });
        await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(page));
        return true;
      } catch (error) {
        if (error instanceof CancelledError) {
          return false;
        }
        throw error;
      }
    },
  );
  if (isWritten) {
    const open = vscode.l10n.t('Open');
    const chosen = await vscode.window.showInformationMessage(
      vscode.l10n.t('The report is in {0}.', vscode.workspace.asRelativePath(target)),
      open,
    );
    if (chosen === open) {
      await vscode.env.openExternal(target);
    }
  }
}

async function render(
  { session, prepared, engine, extensionUri }: Services,
  uri: vscode.Uri,
  photo: string,
  signal: AbortSignal,
  onProgress: (what: string) => void,
): Promise<string> {
  const model = await session.activate(uri).get();
  const { network, view } = model;
  const { preprocessing, source } = model.preprocessing;
  const { tensor } = await prepared.prepare(model, photo);
  const content = await collectReport(engine, network, tensor, {
    fill: fillValues('grey', preprocessing, network.input),
    size: Math.max(1, Math.round(view.inputHeight / 7)),
    stride: STRIDE,
    signal,
    onProgress,
  });
  const script = vscode.Uri.joinPath(webviewFolder(extensionUri), 'report.js');
  const provenance = {
    model: view.name,
    image: session.photos.nameOf(photo),
    preprocessing,
    preprocessingSource: source,
    labels: model.labels,
    provider: engine.providerName,
    version: VERSION,
    date: new Date().toISOString().slice(0, 10),
  };
  return reportPage(network, tensor, content, provenance, await readFile(script.fsPath, 'utf8'));
}
