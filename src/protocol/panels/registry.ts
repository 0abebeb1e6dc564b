/**
 * The registry of panels. A panel is added here; the compiler then asks for its contract (`contracts.ts` and a file
 * beside this one) and its host side in `src/host/panels/`, the build for its page in `webview/panels/`, all under the
 * panel's name.
 */

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
  evaluation: { command: 'showEvaluation', place: 'beside' },
  neighbours: { command: 'showNeighbours', place: 'beside' },
  activations: { command: 'compareActivations', place: 'beside' },
  topPhotos: { command: 'showTopPhotos', place: 'beside' },
  evolution: { command: 'showEvolution', place: 'beside' },
} as const satisfies Readonly<
  Record<string, { readonly command: string; readonly place: 'editor' | 'beside' }>
>;

export type PanelName = keyof typeof PANELS;

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
