/** What the page of each panel asks: an entry for every panel of the registry. */

import type { ActivationsRequests } from './activations.js';
import type { ArchitectureRequests } from './architecture.js';
import type { EvaluationRequests } from './evaluation.js';
import type { EvolutionRequests } from './evolution.js';
import type { FeatureMapsRequests } from './featureMaps.js';
import type { KernelsRequests } from './kernels.js';
import type { NeighboursRequests } from './neighbours.js';
import type { OcclusionRequests } from './occlusion.js';
import type { PredictionsRequests } from './predictions.js';
import type { ProjectionRequests } from './projection.js';
import type { PanelName } from './registry.js';
import type { TopPhotosRequests } from './topPhotos.js';

interface Contracts extends Readonly<Record<PanelName, object>> {
  architecture: ArchitectureRequests;
  predictions: PredictionsRequests;
  kernels: KernelsRequests;
  featureMaps: FeatureMapsRequests;
  projection: ProjectionRequests;
  occlusion: OcclusionRequests;
  evaluation: EvaluationRequests;
  neighbours: NeighboursRequests;
  activations: ActivationsRequests;
  topPhotos: TopPhotosRequests;
  evolution: EvolutionRequests;
}

export type PanelContracts = { [Name in PanelName]: Contracts[Name] };
