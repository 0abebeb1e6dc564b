/** Tool: what a model is made of. */

import * as vscode from 'vscode';

import { overview } from '../../core/problems/overview.js';
import { withModel } from './subjects.js';
import type { ModelInput } from './subjects.js';
import type { Tool } from './tool.js';

/** Layers listed; a model can ask for a single one of a larger network. */
const LAYERS = 200;

export const inspectModel: Tool<ModelInput> = {
  doing: ({ model }) =>
    model === undefined ? vscode.l10n.t('Inspecting the model') : vscode.l10n.t('Inspecting {0}', model),
  files: ({ model }) => [model],
  run: (services, input) =>
    withModel(services, input, async ({ network, view, preprocessing }) => {
      const { rows, problems, ...whole } = overview(network);
      return {
        facts: {
          ...whole,
          inputs: view.inputs,
          outputs: view.outputs,
          classes: view.classes,
          preprocessing: { ...preprocessing.preprocessing, source: preprocessing.source },
          layers: rows.slice(0, LAYERS),
          ...(rows.length > LAYERS && { layersLeftOut: rows.length - LAYERS }),
          problems: problems.map(({ id, severity, message, explanation }) => ({
            id,
            severity,
            message,
            explanation,
          })),
        },
      };
    }),
};
