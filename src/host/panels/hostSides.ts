/** The host side of every panel in the registry: its title, and what answers its page. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import type { Handlers } from '../../protocol/channel.js';
import type { PanelContracts } from '../../protocol/panels/contracts.js';
import type { BesidePanel, PanelName } from '../../protocol/panels/registry.js';
import { activationsHandlers } from './activations.js';
import { architectureHandlers } from './architecture.js';
import type { PanelContext } from './context.js';
import { evaluationHandlers } from './evaluation.js';
import { evolutionHandlers } from './evolution.js';
import { featureMapsHandlers } from './featureMaps.js';
import { kernelsHandlers } from './kernels.js';
import { neighboursHandlers } from './neighbours.js';
import { occlusionHandlers } from './occlusion.js';
import { predictionsHandlers } from './predictions.js';
import { projectionHandlers } from './projection.js';
import { topPhotosHandlers } from './topPhotos.js';

interface HostSide<Name extends PanelName> {
  /** Title of the tab; the custom editor has the file's name. */
  readonly title: Name extends BesidePanel ? () => string : null;
  readonly handlers: (context: PanelContext) => Handlers<PanelContracts[Name]>;
}

export const HOST_SIDES: { readonly [Name in PanelName]: HostSide<Name> } = {
  architecture: { title: null, handlers: architectureHandlers },
  predictions: { title: () => vscode.l10n.t('Predictions'), handlers: predictionsHandlers },
  kernels: { title: () => vscode.l10n.t('Kernels'), handlers: kernelsHandlers },
  featureMaps: { title: () => vscode.l10n.t('Feature Maps'), handlers: featureMapsHandlers },
  projection: { title: () => vscode.l10n.t('Projection'), handlers: projectionHandlers },
  occlusion: { title: () => vscode.l10n.t('Occlusion'), handlers: occlusionHandlers },
  evaluation: { title: () => vscode.l10n.t('Evaluation'), handlers: evaluationHandlers },
  neighbours: { title: () => vscode.l10n.t('Neighbours'), handlers: neighboursHandlers },
  activations: { title: () => vscode.l10n.t('Activation Functions'), handlers: activationsHandlers },
  topPhotos: { title: () => vscode.l10n.t('Top Photos'), handlers: topPhotosHandlers },
  evolution: { title: () => vscode.l10n.t('Evolution'), handlers: evolutionHandlers },
};

/** Title of a panel's tab and document: the editor's is the file's name alone. */
export function titleOf(name: PanelName, model: vscode.Uri): string {
  const file = basename(model.fsPath);
  const title = HOST_SIDES[name].title?.();
  return title === undefined ? file : `${title}: ${file}`;
}
