/** Links of hovers and lenses to commands. */

import * as vscode from 'vscode';

import type { LayerView } from '../../protocol/view.js';
import type { CommandName } from '../commandNames.js';

/** A link to a command about a layer. */
export interface LayerLink {
  readonly command: CommandName;
  readonly title: string;
}

/** The panels that have something to show of a layer, in the order they are offered everywhere. */
export function layerLinks({
  hasKernels,
  hasMaps,
}: Pick<LayerView, 'hasKernels' | 'hasMaps'>): readonly LayerLink[] {
  return [
    ...(hasKernels ? [{ command: 'showKernels', title: vscode.l10n.t('Kernels') } as const] : []),
    ...(hasMaps
      ? ([
          { command: 'showFeatureMaps', title: vscode.l10n.t('Feature Maps') },
          { command: 'showProjection', title: vscode.l10n.t('Project') },
        ] as const)
      : []),
    { command: 'showOcclusion', title: vscode.l10n.t('Occlude') },
  ];
}

/** Commands that a hover may run. */
export const LINKED_COMMANDS: readonly `unpool.${CommandName}`[] = [
  'unpool.showKernels',
  'unpool.showFeatureMaps',
  'unpool.showProjection',
  'unpool.showOcclusion',
  'unpool.showArchitecture',
  'unpool.compareActivations',
  'unpool.showTopPhotos',
  'unpool.choosePhoto',
  'unpool.revealInText',
  'unpool.goToSource',
  'unpool.goToLayer',
  'unpool.chooseSourceModel',
];

/** A Markdown link that runs a command with one argument. */
export function commandLink(title: string, command: CommandName, argument?: unknown): string {
  const query = argument === undefined ? '' : `?${encodeURIComponent(JSON.stringify([argument]))}`;
  return `[${title}](command:unpool.${command}${query})`;
}
