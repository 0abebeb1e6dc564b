/** Writing a model with linear layers merged to a new file. */

import { basename, dirname, join } from 'node:path';

import * as vscode from 'vscode';

import { mergeLinear } from '../../core/analysis/weights/linearMerge.js';
import { UserError } from '../../core/errors.js';
import { jobKey } from '../../core/jobs/key.js';
import { sidecarPath } from '../../core/network/sidecar.js';
import type { MergeArguments } from '../diagnostics/codeActions.js';
import { runNotified } from '../jobs/notified.js';
import type { Panels } from '../panels/panels.js';
import type { Services } from '../services.js';
import { neededModel } from './models.js';
import { targetOf } from './target.js';

/** Merges, asks where to, and writes; the file that is open stays as it is. */
export async function mergeLinearLayers(
  services: Services,
  panels: Panels,
  argument: unknown,
): Promise<void> {
  const { selection, jobs } = services;
  const uri = targetOf(argument).model ?? (await neededModel(services));
  if (uri === undefined) {
    return;
  }
  const { first, second } = (argument ?? {}) as Partial<MergeArguments>;
  const only = first !== undefined && second !== undefined ? { first, second } : undefined;
  const { network, view } = await selection.activate(uri).get();
  const merged = await runNotified(
    jobs,
    vscode.l10n.t('Unpool: merging {0}', view.name),
    {
      key: jobKey('merge 1', network, [], only),
      run: ({ engine, signal }) => mergeLinear(engine, network, only, { signal }),
    },
    {
      subject: `merge ${view.uri}`,
      title: vscode.l10n.t('Merging Linear Layers'),
      detail: view.name,
      place: { kind: 'panel', panel: 'architecture', model: view.uri },
      again: { command: 'mergeLinearLayers', argument: { uri: view.uri, ...only } },
      turn: 'queued',
      canPause: true,
    },
  );
  if (merged === undefined) {
    return;
  }
  const folder = dirname(uri.fsPath);
  const name = basename(uri.fsPath).replace(/\.onnx$/i, '');
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t('Unpool: Save the Merged Model'),
    defaultUri: vscode.Uri.file(join(folder, `${name}.merged.onnx`)),
    filters: { [vscode.l10n.t('ONNX models')]: ['onnx'] },
  });
  if (target === undefined) {
    return;
  }
  if (target.fsPath === uri.fsPath) {
    throw new UserError(
      vscode.l10n.t(
        'The merged model cannot replace the model that it was made from: choose another file name.',
      ),
    );
  }
  await vscode.workspace.fs.writeFile(target, merged.bytes);
  await copySidecar(uri, target);
  const open = vscode.l10n.t('Open');
  const chosen = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      '{0}: {1} parameters less; the outputs on a random input differ by {2} of the largest.',
      vscode.workspace.asRelativePath(target),
      merged.parametersSaved.toLocaleString(),
      merged.difference.toExponential(1),
    ),
    open,
  );
  if (chosen === open) {
    await panels.show('architecture', target);
  }
}

/** The merged model wants its photos as the first one does. A sidecar that is there already stays. */
async function copySidecar(from: vscode.Uri, to: vscode.Uri): Promise<void> {
  if (dirname(from.fsPath) !== dirname(to.fsPath)) {
    // Its labels may be a path relative to the folder.
    return;
  }
  const [source, target] = [from, to].map(({ fsPath }) => vscode.Uri.file(sidecarPath(fsPath)));
  if (source !== undefined && target !== undefined) {
    await vscode.workspace.fs.copy(source, target, { overwrite: false }).then(undefined, () => undefined);
  }
}
