/**
 * The registry of panels. A panel is added here, with its contract beside this file, its host side in
 * `src/host/panels/` and its page in `webview/panels/`, all under the panel's name.
 */

import type { ActivationsRequests } from './activations.js';
import type { ArchitectureRequests } from './architecture.js';
import type { FeatureMapsRequests } from './featureMaps.js';
import type { KernelsRequests } from './kernels.js';
import type { OcclusionRequests } from './occlusion.js';
import type { PredictionsRequests } from './predictions.js';
import type { ProjectionRequests } from './projection.js';

/** What the page of each panel asks. */
export interface PanelContracts {
  architecture: ArchitectureRequests;
  predictions: PredictionsRequests;
  kernels: KernelsRequests;
  featureMaps: FeatureMapsRequests;
  projection: ProjectionRequests;
  occlusion: OcclusionRequests;
  activations: ActivationsRequests;
}

export type PanelName = keyof PanelContracts;

/**
 * The VS Code command that shows each panel, and where it stands: in the custom editor of .onnx files, or in a tab
 * beside the code, which VS Code restores after a reload.
 */
export const PANELS = {
  architecture: { command: 'showArchitecture', place: 'editor' },
  predictions: { command: 'showPredictions', place: 'beside' },
  kernels: { command: 'showKernels', place: 'beside' },
  featureMaps: { command: 'showFeatureMaps', place: 'beside' },
  projection: { command: 'showProjection', place: 'beside' },
  occlusion: { command: 'showOcclusion', place: 'beside' },
  activations: { command: 'compareActivations', place: 'beside' },
} as const satisfies Readonly<
  Record<PanelName, { readonly command: string; readonly place: 'editor' | 'beside' }>
>;

/** Panels that stand beside the code. */
export type BesidePanel = {
  [Name in PanelName]: (typeof PANELS)[Name]['place'] extends 'beside' ? Name : never;
}[PanelName];

export const BESIDE_PANELS = (Object.keys(PANELS) as PanelName[]).filter(
  (name): name is BesidePanel => PANELS[name].place === 'beside',
);

/** Type of VS Code's webview for a panel beside the code. */
export function viewType(name: BesidePanel): string {
  return `unpool.${name}`;
}
