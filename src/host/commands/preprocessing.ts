/** Saying how the active model wants its photos. */

import * as vscode from 'vscode';

import { PRESETS } from '../../core/network/preprocessing.js';
import { sidecarPath } from '../../core/network/sidecar.js';
import type { Preprocessing } from '../../core/network/preprocessing.js';
import type { Services } from '../services.js';
import { neededModel } from './models.js';

interface PreprocessingPick extends vscode.QuickPickItem {
  readonly apply?: () => Promise<unknown>;
}

/** Offers the presets, how photos are fitted, and the model's sidecar as text. */
export async function editPreprocessing(services: Services): Promise<void> {
  const uri = await neededModel(services);
  if (uri === undefined) {
    return;
  }
  const file = services.selection.activate(uri);
  const { preprocessing, source } = (await file.get()).preprocessing;
  const presets = [...PRESETS].map(([name, preset]): PreprocessingPick => ({
    label: `$(${name === preprocessing.name ? 'check' : 'blank'}) ${name}`,
    description: inWords(preset),
    apply: () => file.setPreprocessing({ ...preset, resize: preprocessing.resize }),
  }));
  const fitting = (
    [
      ['crop', vscode.l10n.t('Scale the short side, cut to the centre')],
      ['margin', vscode.l10n.t('Scale the short side to 256 for 224, cut to the centre')],
      ['squash', vscode.l10n.t('Scale both sides')],
    ] as const
  ).map(([resize, description]): PreprocessingPick => ({
    label: `$(${resize === preprocessing.resize ? 'check' : 'blank'}) ${resize}`,
    description,
    apply: () => file.setPreprocessing({ ...preprocessing, resize }),
  }));
  const separator = (label: string): PreprocessingPick => ({
    label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const sidecar = vscode.Uri.file(sidecarPath(uri.fsPath));
  const picks: PreprocessingPick[] = [
    separator(vscode.l10n.t('Values')),
    ...presets,
    separator(vscode.l10n.t('Size')),
    ...fitting,
    separator(vscode.l10n.t('Anything else')),
    {
      label: `$(edit) ${vscode.l10n.t('Edit {0}', vscode.workspace.asRelativePath(sidecar))}`,
      apply: async () => {
        await file.setPreprocessing(preprocessing);
        await vscode.window.showTextDocument(sidecar);
      },
    },
  ];
  const chosen = await vscode.window.showQuickPick(picks, {
    title: vscode.l10n.t('Unpool: Edit Preprocessing'),
    placeHolder: vscode.l10n.t('Now {0} ({1})', `${preprocessing.name}, ${preprocessing.resize}`, source),
  });
  await chosen?.apply?.();
}

function inWords({ channels, scale, mean, std }: Preprocessing): string {
  return `${channels} / ${scale}, mean ${mean.join(' ')}, std ${std.join(' ')}`;
}
