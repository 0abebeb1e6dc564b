/** Tool: everything that looks wrong with a model. */

import * as vscode from 'vscode';

import { inspectionAbout, inspectionOf } from '../diagnostics/inspectModel.js';
import { photoOf, withModel } from './subjects.js';
import type { ModelInput } from './subjects.js';
import type { Tool } from './tool.js';

interface Input extends ModelInput {
  /** Photos for dead and saturated units; without them the chosen one, if there is one. */
  readonly photos?: readonly string[];
}

export const findProblemsTool: Tool<Input> = {
  doing: ({ model }) =>
    model === undefined
      ? vscode.l10n.t('Looking for problems of the model')
      : vscode.l10n.t('Looking for problems of {0}', model),
  files: ({ model, photos = [] }) => [model, ...photos],
  confirm: () =>
    vscode.l10n.t('All weights are read, and the network runs on every photo: large networks take a while.'),
  run: (services, input, signal) =>
    withModel(services, input, async (model) => {
      const { selection } = services;
      await selection.photos.restored;
      const named = input.photos ?? (selection.photo === undefined ? [] : [undefined]);
      const photos = await Promise.all(named.map((photo) => photoOf(services, photo)));
      const job = await inspectionOf(services, model, photos);
      const { problems, activity } = await services.jobs.start(job, inspectionAbout(model), { signal })
        .result;
      await services.diagnostics.set(model, problems);
      return {
        facts: {
          model: model.view.name,
          photos: photos.map((photo) => vscode.Uri.parse(photo).fsPath),
          problems: problems.map(({ id, severity, message, explanation, node, layer }) => ({
            id,
            severity,
            message,
            explanation,
            node,
            layer,
          })),
          activity: activity.map(({ layer, kind, units, zeros, dead, saturated }) => ({
            layer: layer.name,
            kind,
            units,
            zeros,
            dead: dead.length,
            saturated,
          })),
        },
      };
    }),
};
