/** Looking for everything that is wrong with a model, and going where a finding is shown. */

import * as vscode from 'vscode';

import type { Inspection } from '../../core/problems/inspection.js';
import { mergeablePair } from '../../core/problems/problems.js';
import type { PanelName } from '../../protocol/panels/registry.js';
import { inspectionAbout, inspectionOf } from '../diagnostics/inspectModel.js';
import type { OpenModel } from '../modelFiles.js';
import { runNotified } from '../jobs/notified.js';
import type { Panels } from '../panels/panels.js';
import type { Services } from '../services.js';
import { neededModel } from './models.js';
import { targetOf } from './target.js';

/** Photos looked at; more would only take longer. */
const PHOTOS = 32;

/** Looks at graph, weights and photos, and shows what was found in the Problems view, the first of it at once. */
export async function findProblems(services: Services, argument: unknown): Promise<void> {
  const uri = targetOf(argument).model ?? (await neededModel(services));
  if (uri === undefined) {
    return;
  }
  const { selection, diagnostics, jobs } = services;
  await selection.photos.restored;
  const model = await selection.activate(uri).get();
  const photos = selection.photos.all.slice(0, PHOTOS).map(({ id }) => id);
  const found = await runNotified(
    jobs,
    vscode.l10n.t('Unpool: problems'),
    await inspectionOf(services, model, photos),
    inspectionAbout(model),
    (problems) => void diagnostics.set(model, problems),
  );
  if (found === undefined) {
    return;
  }
  await diagnostics.set(model, found.problems);
  await tell(model, found, photos.length);
}

async function tell({ view }: OpenModel, { problems }: Inspection, photos: number): Promise<void> {
  const grave = problems.filter(({ severity }) => severity === 'error' || severity === 'warning').length;
  const remarks = problems.length - grave;
  const summary =
    photos === 0
      ? vscode.l10n.t(
          '{0}: {1} problems, {2} remarks. Without photos, dead and saturated units were not looked for.',
          view.name,
          grave,
          remarks,
        )
      : vscode.l10n.t('{0}: {1} problems, {2} remarks, on {3} photos.', view.name, grave, remarks, photos);
  const show = vscode.l10n.t('Show Problems');
  const merge = vscode.l10n.t('Merge Linear Layers...');
  const canMerge = problems.some((each) => mergeablePair(each) !== undefined);
  const chosen = await vscode.window.showInformationMessage(summary, show, ...(canMerge ? [merge] : []));
  if (chosen === show) {
    await vscode.commands.executeCommand('workbench.actions.view.problems');
  } else if (chosen === merge) {
    await vscode.commands.executeCommand('unpool.mergeLinearLayers', vscode.Uri.parse(view.uri));
  }
}

/** Opens the panel that a finding names. */
export async function showProblem(panels: Panels, argument: unknown): Promise<void> {
  const { model, layer, channel } = targetOf(argument);
  const { panel } = (argument ?? {}) as { readonly panel?: PanelName };
  if (model !== undefined && panel !== undefined) {
    await panels.show(panel, model, { layer, channel });
  }
}
