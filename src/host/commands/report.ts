/** Writing everything about a model and a photo into one HTML page. */

import { readFile } from 'node:fs/promises';

import * as vscode from 'vscode';

import { indexedPhotoThreads } from '../../core/analysis/photoSet/topPatches.js';
import type { Job } from '../../core/jobs/job.js';
import { fillValues } from '../../core/occlusion/fill.js';
import { reportJob } from '../../core/report/collect.js';
import { reportPage } from '../../core/report/page.js';
import { VERSION } from '../../version.js';
import { runNotified } from '../jobs/notified.js';
import { webviewFolder } from '../panels/html.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { neededModel } from './models.js';
import { choosePhoto } from './photos.js';
import { targetOf } from './target.js';

const STRIDE = 8;

/** What names a report that is made again: URIs. */
interface ReportArguments {
  readonly uri: string;
  readonly photo: string;
  readonly target: string;
}

/** Asks where to, unless it is told, runs every analysis, and writes. */
export async function exportReport(services: Services, argument: unknown): Promise<void> {
  const { photo: named, target: file } = (argument ?? {}) as Partial<ReportArguments>;
  const { selection, jobs } = services;
  const uri = targetOf(argument).model ?? (await neededModel(services));
  if (uri !== undefined && named === undefined && selection.photo === undefined) {
    await choosePhoto(services);
  }
  const photo = named ?? selection.photo;
  if (uri === undefined || photo === undefined) {
    return;
  }
  const target = file === undefined ? await chooseTarget() : vscode.Uri.parse(file);
  if (target === undefined) {
    return;
  }
  const modelFile = selection.activate(uri);
  const model = await modelFile.get();
  const store = (await services.indexes.chosenOf(modelFile))?.store;
  const again: ReportArguments = { uri: uri.toString(), photo, target: target.toString() };
  const isWritten = await runNotified(
    jobs,
    vscode.l10n.t('Unpool: report'),
    await writingReport(services, model, store, photo, target),
    {
      subject: `report ${again.target}`,
      title: vscode.l10n.t('Report'),
      detail: `${model.view.name}, ${selection.photos.nameOf(photo)}`,
      place: { kind: 'panel', panel: 'architecture', model: again.uri },
      result: { kind: 'file', uri: again.target },
      again: { command: 'exportReport', argument: { ...again } },
      turn: 'queued',
      canPause: true,
    },
  );
  if (isWritten === true) {
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

async function chooseTarget(): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showSaveDialog({
    title: vscode.l10n.t('Unpool: Export Report'),
    filters: { HTML: ['html'] },
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, 'unpool-report.html') }),
  });
}

/** What makes a report and writes it. */
async function writingReport(
  { selection, prepared, engine, extensionUri, indexes }: Services,
  model: OpenModel,
  store: string | undefined,
  photo: string,
  target: vscode.Uri,
): Promise<Job<never, true>> {
  const { network, view } = model;
  const { preprocessing, source } = model.preprocessing;
  const { tensor } = await prepared.prepare(model, photo);
  const index = store === undefined ? undefined : await indexes.open(store);
  const photos = index && {
    index,
    set: await indexes.photos(index.store),
    threads: indexedPhotoThreads(index, network),
  };
  const job = reportJob(network, tensor, {
    fill: fillValues('grey', preprocessing, network.input),
    size: Math.max(1, Math.round(view.inputHeight / 7)),
    stride: STRIDE,
    photos,
  });
  return {
    key: `${job.key} ${target.toString()}`,
    run: async (context) => {
      const content = await job.run(context).finally(() => photos?.threads.close());
      const script = vscode.Uri.joinPath(webviewFolder(extensionUri), 'report.js');
      const provenance = {
        model: view.name,
        image: selection.photos.nameOf(photo),
        preprocessing,
        preprocessingSource: source,
        labels: model.labels,
        provider: engine.providerName,
        version: VERSION,
        date: new Date().toISOString().slice(0, 10),
      };
      const code = await readFile(script.fsPath, 'utf8');
      const page = reportPage(network, tensor, content, provenance, code);
      await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(page));
      return true;
    },
  };
}
